/// What is said to an authority that issues tokens (RFC 6749), and what it says.
