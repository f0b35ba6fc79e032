"""A shop for Calypso Pay on Flask: judged by inqud-hook test."""

import json
import os

from flask import Flask, abort, jsonify, request

from shop import ORDERS, handle, is_signed, new_order

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024


@app.post("/webhooks")
def webhook():
    raw = request.get_data()
    if not is_signed(raw, request.headers.get("Sign", "")):
        abort(401)
    handle(raw)
    return ""


@app.post("/orders")
def create():
    return jsonify(new_order())


@app.get("/orders/<order>")
def show(order):
    return jsonify(ORDERS[order])


app.run("127.0.0.1", int(os.environ["PORT"]), threaded=True)
