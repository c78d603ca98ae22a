"""A base class that keeps a list of its subclasses, which cells define."""

from messy_notebook import MessyNotebook, Target

NOTEBOOK = MessyNotebook(
    title="subclasses counted by their base",
    mess="cells define classes that nobody names again; the base class asks for them",
    played=r"""
# %% base
class Shape:
    sides = 0
    known = []
    def __init_subclass__(cls):
        Shape.known.append(cls)
# %% triangle
class Triangle(Shape):
    sides = 3
# %% square
class Square(Shape):
    sides = 4
# %% unrelated
colour = "red"
# %% measure
import celltrail
with celltrail.start_run("subclasses"):
    celltrail.log_metric("sides", sum(one.sides for one in Shape.known))
    celltrail.log_metric("direct", len(Shape.__subclasses__()))
""",
    targets=(Target("subclasses"),),
)
