"""What is brought without being asked for: due, put together when it is sent, pushed until it is proved taken, taken once."""
