"""A part of a site that is for members: who asks shows a name and a password, or a token.

In the directory that holds `examples`:

    gunicorn examples.members:application
    uvicorn examples.members:app
    python examples/members.py                  then open localhost:8000/members/me

    curl localhost:8000/members/me -u 'ann:open sesame'
    curl localhost:8000/members/me -H 'Authorization: Bearer robot-token'
"""

from hashlib import sha256

from asgi_adapter import ASGIAdapter
from core import App, BasicAuth, BearerAuth, EitherAuth, Request, verify_password
from lab.server import serve
from wsgi_adapter import WSGIAdapter

# Of passwords and tokens only hashes are kept; who reads them can't log in by them.
PASSWORDS = {  # by `hash_password`, which is slow: people's passwords can be guessed
    "ann": "$scrypt$ln=14,r=8,p=5$CrcZhwt8JMxGfYbaqE8SJg"
    "$8zsRvP9AHs6AHw4uTFUrqITBcqE4mEPnQPShcCNA3Z0"
}
TOKENS = {  # whose a token is; one from `secrets.token_urlsafe()` can't be guessed
    "c695a47faa4355012282e5937c59c7cfa15c0adcf8967b75d528925437614256": "robot"
}


def check_password(name: str, password: str) -> bool:
    return verify_password(password, PASSWORDS.get(name))  # as slow for a name that nobody has


async def check_token(token: str) -> str | None:
    return TOKENS.get(sha256(token.encode()).hexdigest())


members = App()
members.middleware(
    EitherAuth(BasicAuth(check_password, realm="members"), BearerAuth(check_token, realm="members"))
)


@members.get("/me")
def me(request: Request) -> dict[str, str]:
    return {"name": request.state.user}


site = App()
site.mount("/members", members)


@site.get("/")
def home() -> str:
    return "Welcome, whoever you are"


application = WSGIAdapter(site)
app = ASGIAdapter(site)

if __name__ == "__main__":
    serve(app)
