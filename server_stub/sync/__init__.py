"""The server's side of synchronisation: push, feed, snapshot, and the server as a device."""
