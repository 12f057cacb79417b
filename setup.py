"""The metadata of the published package."""

import re
from pathlib import Path
from typing import Any

from setuptools import setup

URL = "https://github.com/python-worker-extension-timer/python-worker-extension-timer"


def read_description(version: str) -> str:
    """
    Return readme.md with absolute links to the files of this version.

    PyPI shows the text outside the repository, and a published description cannot be changed.
    """
    return re.sub(
        r"(!?)(\[[^]]*\])\((?!\w+:|#)",
        lambda link: f"{link[1]}{link[2]}({URL}/{'raw' if link[1] else 'blob'}/v{version}/",
        Path(__file__).with_name("readme.md").read_text(encoding="utf-8"),
    )


def setup_project(**metadata: Any) -> None:
    """
    Call `setup()` with the metadata and the description of this version.
    """
    setup(long_description=read_description(metadata["version"]), **metadata)


setup_project(
    name="python-worker-extension-timer",
    version="1.0.0",
    description="Time every invocation of an Azure Functions Python app, and bring "
    "worker extensions back on Python 3.13 and newer",
    long_description_content_type="text/markdown",
    # No author_email: the contributors have no common address. Issues is the contact.
    author="The python-worker-extension-timer contributors",
    maintainer="The python-worker-extension-timer contributors",
    url=URL,
    project_urls={
        "Source": URL,
        "Documentation": f"{URL}/tree/main/docs",
        "Changelog": f"{URL}/blob/main/CHANGELOG.md",
        "Issues": f"{URL}/issues",
    },
    # Not license_expression (PEP 639): it needs setuptools 77, which needs Python 3.9. On 3.7 and
    # 3.8, an installation from the sdist would lose the licence, with a warning. Not a classifier
    # either, though pyroma asks for one: PEP 639 deprecates it.
    license="MIT",
    keywords=["azure-functions", "worker-extension", "timing", "server-timing"],
    packages=["python_worker_extension_timer"],
    package_data={"python_worker_extension_timer": ["py.typed"]},
    python_requires=">=3.7",
    install_requires=["azure-functions >= 1.7.0, < 3"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.7",
        "Programming Language :: Python :: 3.8",
        "Programming Language :: Python :: 3.9",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
        "Programming Language :: Python :: 3.15",
        "Topic :: System :: Monitoring",
        "Typing :: Typed",
    ],
    zip_safe=False,
)
