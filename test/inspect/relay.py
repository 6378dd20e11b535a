#!/usr/bin/env python3
"""relay.py PORT PROXY HOST:PORT - lets a client that knows no proxies through one: every connection to PORT becomes a CONNECT."""
import socket
import sys
import threading

port, proxy, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(c):
    up = socket.create_connection(("127.0.0.1", proxy))
    up.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    up.recv(4096)
    threading.Thread(target=pump, args=(up, c), daemon=True).start()
    pump(c, up)


listener = socket.create_server(("127.0.0.1", port))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
