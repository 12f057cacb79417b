"""The metadata of the published package."""

from pathlib import Path

from setuptools import setup

setup(
    name="python-worker-extension-timer",
    version="1.0.0",
    description="An Azure Functions Python worker extension that reports how long "
    "each invocation took",
    long_description=Path(__file__).with_name("readme.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The python-worker-extension-timer contributors",
    license="MIT",
    keywords=["azure-functions", "worker-extension", "timing", "server-timing"],
    packages=["python_worker_extension_timer"],
    package_data={"python_worker_extension_timer": ["py.typed"]},
    python_requires=">=3.7",
    install_requires=["azure-functions >= 1.7.0, < 3"],
    classifiers=[
        "Development Status :: 5 - Production/Stable",
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
        "Topic :: System :: Monitoring",
        "Typing :: Typed",
    ],
    zip_safe=False,
)
