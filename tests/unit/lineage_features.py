"""More kinds of lines for random notebooks: what classes, decorators, contexts and libraries do behind the names.

The holes are those of `lineage_programs`: A and B are names, F and G functions, N a digit, L a literal.
"""

DEFINITIONS = [
    """def F(x):
    def wrap(*a):
        A.append(N)
        return x(*a) if callable(x) else x
    return wrap""",
    """@F
def G(x):
    return [x, B]""",
    """class F:
    def __init__(self, x):
        self.x = x
    @property
    def p(self):
        A.append(N)
        return self.x
    @p.setter
    def p(self, v):
        self.x = [v, B]
    def __repr__(self):
        return f'{self.x}'""",
    """class F:
    def __init__(self, x=None):
        self.__dict__['x'] = x
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        B.append(N)
        return A
    def __setattr__(self, name, v):
        self.__dict__[name] = [v]
    def __repr__(self):
        return str(self.__dict__)""",
    """class F:
    def __init__(self, x=0):
        self.x = x
    def __enter__(self):
        A.append(self.x)
        return self
    def __exit__(self, *e):
        B.append(N)
        return True
    def __repr__(self):
        return str(self.x)""",
    """def F(x=0):
    got = yield A
    B.append(got)
    yield from list(x)[:2]""",
    """class F:
    x = A
    def __iter__(self):
        return iter(list(self.x)[:3])
    def __len__(self):
        B.append(1)
        return 2
    def __contains__(self, y):
        A.append(N)
        return True
    def __bool__(self):
        return False
    def __eq__(self, o):
        B.append(N)
        return True
    __hash__ = None
    def __repr__(self):
        return str(self.x)""",
    """def F(x, y=A, *, z=B):
    y.append(x)
    return z""",
    """def F(x):
    return lambda y=x: (y.append(N), A)""",
    """class F(dict):
    def __missing__(self, k):
        self[k] = A
        return B
    def __call__(self, x):
        self['c'] = x
        return self""",
    """class F(list):
    def append(self, x):
        super().append([x])
        B.append(N)""",
    """class F:
    def __new__(cls, x=0):
        A.append(N)
        return B
""",
    """class F:
    def __init__(self, x=0):
        self.x = x
    @staticmethod
    def s(x=0):
        A.append(x)
        return B
    @classmethod
    def c(cls, x=0):
        cls.kept = [x, A]
        return cls.kept
    def __repr__(self):
        return str(getattr(self, 'kept', 0))""",
    """from functools import lru_cache
@lru_cache
def F(x=0):
    A.append(N)
    return B""",
    """import collections
F = collections.namedtuple('F', 'x y')""",
    """def F(x=0):
    try:
        raise ValueError(A, x)
    except ValueError as e:
        return e.args""",
    """def F(x=0):
    global G
    G = lambda y=0: (x, A)
    return G""",
    """class F:
    class Inner:
        z = A
    def m(self, x=0):
        self.Inner.z = B
        return self.Inner
""",
]
USES = [
    "A = F()", "A = F().p", "A.p = B", "A = B.p", "A.q = N", "A = B.q", "with F() as A:\n    A.x = B\n    1 / 0",
    "with B as A:\n    pass", "A = F(); A.send(None)", "A.send(B)", "A = list(F())[:3]", "A = B in A", "A = len(B)",
    "A = bool(B)", "A = B == A", "if A == B:\n    A = N", "A = F.s(B)", "A = F.c(B)", "A = B.c(N)", "A = B.s()",
    "A = F.kept", "A = B.m()", "A = B.Inner.z", "A = F(B, A)", "A = F(y=B, x=N)", "A = F(B)()", "A = F()['k']",
    "A = B.x", "A.x = B", "A = B.args", "import functools\nA = functools.partial(F, B)", "A = A(N)",
    "import functools\nA = functools.reduce(lambda p, q: (p, q), list(B)[:3], L)", "import copy\nA = copy.copy(B)",
    "import copy\nA = copy.deepcopy(B)", "import collections\nA = collections.deque(B)",
    "import collections\nA = collections.defaultdict(lambda: B)", "A['n'].append(N)",
    "import itertools\nA = itertools.chain(B, A)", "A = vars(B)", "A.__dict__['z'] = B", "A = B.__dict__",
    "setattr(A, 'x', B)", "A = getattr(B, 'x', L)", "A = B.__class__", "A = type(B)",
    "import operator\nA = operator.attrgetter('x')(B)", "import operator\noperator.setitem(A, 0, B)",
    "import operator\nA = operator.methodcaller('append', N)", "A(B)", "A = [B] * 2", "A = list(zip(A, B))",
    "A = dict(k=B)", "A = {**B, 'z': A}", "A = [*A, *B]", "A = max(B, A, key=len)", "A = min([A, B], key=str)",
    "A = sorted([A, B], key=str)", "A = reversed(B)", "A = enumerate(B)", "for i, A in enumerate(B):\n    pass",
    "A = any(F(x) for x in list(B)[:2])", "A = (lambda: B)()", "A = (lambda x: x.append(N))(B)", "A = B if A else L",
    "A = B and A", "A = not B", "(A, B) = (B, [A])", "[A, *B] = B, N, L", "A[0], B = B, A", "A = B = L",
    "A = (x := B)", "A: list = B", "del A, B", "del A[0]", "del B.x", "A += B", "A -= B", "A |= B", "A *= 2",
    "A @= B", "try:\n    A = B[9]\nexcept Exception as B:\n    pass",
    "try:\n    B.zzz\nexcept AttributeError:\n    A = L\nelse:\n    A.append(N)\nfinally:\n    B = A",
    "for A in list(B)[:2]:\n    for B in [A]:\n        A = [B]", "while A:\n    A = A[1:]\n    break",
    "A = iter(lambda: F(B), 3); B = next(A, None)", "A = str(B)", "A = f'{B!r:>5}'", "A = '%s' % (B,)",
    "A = '{}'.format(B)", "A = B.__len__", "A = hash(str(B))", "A = id", "A = B.__init__", "A = sum(B, [])",
    "print(A, B)", "assert B\nA = N", "A = bytes(3)", "A = slice(1)\nB = B[A]", "A = B[-1]", "A = B[1:][0]",
    "A[1:] = B", "A = B.get('k', A)", "A = B.setdefault('k', A)", "A = B.popitem()", "A = B.items()",
    "A = list(B.values())", "A = B.keys()", "A = frozenset(B)", "A = tuple(B)", "A.extend(B)", "A.insert(0, B)",
    "A.sort(key=F)", "A.reverse()", "A = A.pop()", "A.clear()", "A.remove(N)", "A.update(B)", "A.add(B)",
    "A = B.copy()\nA.append(N)", "A = B.union(A)",
]  # fmt: skip
