"""What is published: the standard library is enough, the version is one, and the README's lines run."""

import ast
import re
import sys
import tomllib
import unittest
from pathlib import Path

import freehold

HOME = Path(__file__).parents[1]


class Package(unittest.TestCase):
    def setUp(self):
        self.project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]

    def test_nothing_is_needed_but_the_standard_library(self):
        self.assertEqual(self.project["dependencies"], [])
        names = set()
        for path in (HOME / "freehold").glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names.update(alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names.add(node.module.split(".")[0])
        self.assertEqual(names - set(sys.stdlib_module_names), set())

    def test_the_version_is_said_once(self):
        self.assertEqual(freehold.__version__, self.project["version"])

    def test_everything_public_is_there(self):
        for name in freehold.__all__:
            self.assertTrue(hasattr(freehold, name), name)

    def test_the_code_of_the_readme_is_code(self):
        blocks = re.findall(r"```python\n(.*?)```", (HOME / "README.md").read_text(), re.DOTALL)
        self.assertGreaterEqual(len(blocks), 5)
        for block in blocks:
            ast.parse(block)


if __name__ == "__main__":
    unittest.main()
