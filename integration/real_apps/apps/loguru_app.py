"""loguru, which gets the records of the standard library, too."""

import logging
import sys

from greetings import make_app
from loguru import logger


class ForwardingHandler(logging.Handler):
    """A handler that passes records on to loguru."""

    def emit(self, record):
        logger.bind(name=record.name).log(record.levelname, record.getMessage())


logger.remove()
logger.add(sys.stderr, format="loguru {level} {extra[name]}: {message}", level="INFO")
logging.basicConfig(handlers=[ForwardingHandler()], level=logging.INFO, force=True)

app = make_app()
