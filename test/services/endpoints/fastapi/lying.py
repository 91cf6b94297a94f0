"""The example's application, which does to some orders what their channel says, and prints what it did to which order."""

import asyncio
from typing import Any

from fastapi import Request
from fastapi.exceptions import HTTPException
from starlette.responses import JSONResponse

from events import Publish, publisher
from main import app
from models import OrderPlaced

BATCH = 8
held: dict[int, tuple[OrderPlaced, str | None]] = {}
batch: list[tuple[OrderPlaced, str | None]] = []
running: set[asyncio.Task[None]] = set()
in_order = asyncio.Lock()


def tell(deed: str, event: OrderPlaced) -> None:
    print(f"did {deed} {event.customer} {event.quantity}", flush=True)


def damaged(event: OrderPlaced) -> OrderPlaced:
    attributes = {**event.attributes, "visit": f"{event.attributes['visit']}?"}
    return event.model_copy(update={"total": event.total + 1, "attributes": attributes})


def with_ids_of(event: OrderPlaced, other: OrderPlaced) -> OrderPlaced:
    ids: dict[str, Any] = {"qbl": other.attributes["qbl"]} if "qbl" in event.attributes else {}
    return event.model_copy(update={"order_id": other.order_id, "attributes": {**event.attributes, **ids}})


async def store(publish: Publish, messages: list[tuple[OrderPlaced, str | None]]) -> None:
    async with in_order:
        for event, key in messages:
            await publish(event, key)
            tell("stored", event)


def lying(request: Request) -> Publish:
    honest = publisher(request)

    async def publish(event: OrderPlaced, key: str | None) -> None:
        lie = event.attributes["channel"]
        turn = event.quantity % 10
        if lie == "acks-early":
            batch.append((event, key))
            if len(batch) == BATCH:
                task = asyncio.create_task(store(honest, batch.copy()))
                running.add(task)
                task.add_done_callback(running.discard)
                batch.clear()
            return
        if lie == "swaps" and turn == 3:
            held[event.customer] = (event, key)
            return
        if lie == "swaps" and turn == 4:
            first, first_key = held.pop(event.customer)
            tell(lie, first)
            tell(lie, event)
            await honest(with_ids_of(event, first), first_key)
            await honest(with_ids_of(first, event), key)
            return
        if turn != 3 or lie not in ("drops", "repeats", "damages", "says-error"):
            await honest(event, key)
            return
        tell(lie, event)
        if lie == "repeats":
            await honest(event, key)
            await honest(event, key)
        elif lie == "damages":
            await honest(damaged(event), key)
        elif lie == "says-error":
            raise HTTPException(200, "the queue is full")

    return publish


async def say_error(_request: object, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)})


app.dependency_overrides[publisher] = lying
app.add_exception_handler(HTTPException, say_error)
