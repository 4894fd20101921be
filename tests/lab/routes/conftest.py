from tests.lab.xray.conftest import module

__all__ = ["module"]
