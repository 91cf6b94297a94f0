"""A typical proxy in Python. It parses the body, adds a field and writes it again (json.dumps adds spaces and
escapes non-ASCII characters). It answers 200 when all replicas have the message."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from confluent_kafka import Producer

producer = Producer(
    {
        "bootstrap.servers": os.environ["BROKER"],
        "compression.type": os.environ["CODEC"],
        "acks": "all",
        "linger.ms": 0,
    }
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        # A text that is long enough to be worth compressing.
        message["proxy"] = "python " * 50
        errors = []
        producer.produce(
            os.environ["TOPIC"],
            json.dumps(message).encode(),
            on_delivery=lambda error, _: errors.append(error),
        )
        producer.flush()
        self.send_response(200 if errors == [None] else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"listening on http://127.0.0.1:{server.server_address[1]}/send", flush=True)
server.serve_forever()
