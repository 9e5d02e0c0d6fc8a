"""Messages from Kafka to a service's handler, each with one effect, in order per key.

    consumer = Consumer(engine, kafka_settings, "cases", "routing", decode, handle)
    await consumer.run()            # until cancelled; finishes the batch in hand

`decode(record)` gives a message, None for what is not for this service, or raises Undecodable. `handle(conn, messages)`
writes through the connection and neither commits nor calls the network. One consumer per database.
"""

from chassis.consumer.decoding import decoder
from chassis.consumer.limits import UNHURRIED, DeadLetterLimitReached, Policy
from chassis.consumer.processing import processing
from chassis.consumer.runner import Consumer

__all__ = ["UNHURRIED", "Consumer", "DeadLetterLimitReached", "Policy", "decoder", "processing"]
