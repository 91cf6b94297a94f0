"""Publishes events to Kafka."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from fastapi import FastAPI, Request

from models import OrderPlaced

Publish = Callable[[OrderPlaced, str | None], Awaitable[None]]


@asynccontextmanager
async def kafka(app: FastAPI) -> AsyncIterator[None]:
    """Connects the application to Kafka while it runs."""
    topic = os.environ.get("KAFKA_TOPIC", "order-events")
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "127.0.0.1:9092")
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:

        async def publish(event: OrderPlaced, idempotency_key: str | None) -> None:
            headers = [] if idempotency_key is None else [("idempotency-key", idempotency_key.encode())]
            value = event.model_dump_json().encode()
            await producer.send_and_wait(topic, value, key=str(event.order_id).encode(), headers=headers)

        app.state.publish = publish
        yield


def publisher(request: Request) -> Publish:
    return request.app.state.publish
