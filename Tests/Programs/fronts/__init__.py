"""What stands between a UC server and its Exchange, from real parts: each starts on loopback and leaves nothing behind.

By hand, from Tests/Programs: `python3 -m fronts --help`.
"""
