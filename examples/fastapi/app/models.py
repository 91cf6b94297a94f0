"""The command that a customer sends, and the event for other services."""

from datetime import datetime, timezone
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field


class PlaceOrder(BaseModel):
    """Pydantic refuses a field that is missing here."""

    model_config = ConfigDict(extra="forbid")

    orderId: UUID
    customer: int
    quantity: int
    amount: float
    attributes: dict[str, Any]


class OrderPlaced(BaseModel):
    """The event has another shape than the command."""

    event: str = "order.placed"
    event_id: UUID = Field(default_factory=uuid4)
    occurred_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc))
    order_id: UUID
    customer: int
    quantity: int
    total: float
    attributes: dict[str, Any]

    @classmethod
    def of(cls, command: PlaceOrder) -> "OrderPlaced":
        return cls(
            order_id=command.orderId,
            customer=command.customer,
            quantity=command.quantity,
            total=command.amount,
            attributes=command.attributes,
        )
