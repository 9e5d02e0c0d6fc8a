"""The desk's pages: the queue, and one disturbance with what may be done to it."""
