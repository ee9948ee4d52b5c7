#!/usr/bin/env python3
"""One address that fails to log in as many users within ten minutes."""
from collections import defaultdict
from datetime import datetime, timedelta

import firebreak

USERS = 4
WITHIN = timedelta(minutes=10)

failures = defaultdict(dict)  # address: {user: (when, event's id)}


def detect(event):
    if event.get("action") != "login_failed" or event.at is None:
        return None
    now = datetime.fromisoformat(event.at.replace("Z", "+00:00"))
    users = failures[event["src_ip"]]
    users[event["user"]] = (now, event.id)
    for user in [u for u, (when, _) in users.items() if now - when >= WITHIN]:
        del users[user]
    if len(users) < USERS:
        return None
    evidence = [id for _, id in users.values()]
    del failures[event["src_ip"]]  # tell it once
    return {"src_ip": event["src_ip"]}, evidence


firebreak.run(
    detect,
    id="7d0a3c1e-6a59-4f0e-9b0a-0c5f3f6c1c11",
    title="Password spray",
    level="high",
    tags=["attack.t1110.003"],
    type="correlation",
    fields=["action", "user", "src_ip"],
)
