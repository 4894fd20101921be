"""A life, driven by hand: `python by_hand.py` is a third door."""

from life import App

site = App()
site.route("POST", "/shout")(lambda body: body.decode().upper())

life = site.life("POST", "/shout")
print("yields", type(next(life)).__name__)
call = life.send(b"tandem")
print("yields", call)
try:
    life.send("TANDEM")
except StopIteration as end:
    print("returns", end.value)
