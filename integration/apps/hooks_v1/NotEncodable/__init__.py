import azure.functions as func

from ..Shared.recorder import record


def main(req: func.HttpRequest):
    record("NotEncodable")
    return {"a": 1}
