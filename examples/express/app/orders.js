import express from 'express';
import { orderPlaced } from './events.js';

/** POST /orders answers 202 when the event is stored. If the event could not be stored, Express answers 500. */
export function orders(publish) {
  const router = express.Router();
  router.post('/orders', express.json(), async (request, response) => {
    if (typeof request.body?.orderId !== 'string') {
      response.status(400).json({ error: 'expected a JSON object with an orderId' });
      return;
    }
    await publish(orderPlaced(request.body), request.get('Idempotency-Key'));
    response.status(202).json({ status: 'accepted' });
  });
  return router;
}
