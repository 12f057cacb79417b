import pytest


def test_hello(functions_app):
    response = functions_app.get("/api/hello?name=Ada")

    assert response.text == "Hello, Ada."
    assert "root: INFO: Greeting Ada" in functions_app.logs


def test_hello_needs_a_name(functions_app):
    assert functions_app.get("/api/hello").status_code == 500


def test_order(functions_app):
    assert functions_app.trigger("order", {"item": "tea"}) == {"receipt": "Ordered tea."}


def test_order_needs_an_item(functions_app):
    with pytest.raises(KeyError):
        functions_app.trigger("order", {})
