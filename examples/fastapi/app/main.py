"""POST /orders takes a command, and publishes it as an event."""

from typing import Annotated

from fastapi import Depends, FastAPI, Header

from events import Publish, kafka, publisher
from models import OrderPlaced, PlaceOrder

app = FastAPI(lifespan=kafka)


@app.post("/orders", status_code=202)
async def place(
    command: PlaceOrder,
    publish: Annotated[Publish, Depends(publisher)],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> dict[str, str]:
    """Answers 202 when Kafka has stored the event. If Kafka could not, FastAPI answers 500."""
    await publish(OrderPlaced.of(command), idempotency_key)
    return {"status": "accepted"}
