"""The whole product on one thread with virtual time: real counters, a real server, everything between them invented."""
