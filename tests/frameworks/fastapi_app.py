"""A shop for Calypso Pay on FastAPI and uvicorn: judged by inqud-hook test."""

import json
import os

import uvicorn
from fastapi import FastAPI, HTTPException, Request

from shop import ORDERS, handle, is_signed, new_order

app = FastAPI()


@app.post("/webhooks")
async def webhook(request: Request):
    raw = await request.body()
    if not is_signed(raw, request.headers.get("Sign", "")):
        raise HTTPException(401)
    handle(raw)


@app.post("/orders")
async def create():
    return new_order()


@app.get("/orders/{order}")
async def show(order: str):
    return ORDERS[order]


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
