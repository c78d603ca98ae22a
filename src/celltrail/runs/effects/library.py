"""What functions and methods of well-known libraries do to what they are given; all others may do anything."""

import sys
from dataclasses import dataclass
from enum import Enum, auto


class Result(Enum):
    """What a call gives back, as far as it matters for who else sees a later change of it."""

    SCALAR = auto()  # a number, a text: nothing that can be changed
    FLAT = auto()  # a new object that shares nothing
    COPY = auto()  # a new container of the same items
    KEEP = auto()  # a new object that holds its arguments
    VIEW = auto()  # perhaps an argument itself
    ITERATOR = auto()  # goes through its arguments later


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of a library's function does.

    Attributes:
        changes: Positions of arguments that it changes.
        draws: Generators that it draws from: `numpy`, `python`.
        reseeds: The generator that it sets.
        ambient: It sets state that every later cell may see.
        unknown: Its effects cannot be told: why.
        reads_files: It may open files that Python's own `open` does not tell of.
        writes_files: The same for writing.
    """

    result: Result = Result.KEEP
    changes: frozenset[int] = frozenset()
    draws: bool = False
    generator: str = ""
    reseeds: bool = False
    ambient: bool = False
    unknown: str = ""
    reads_files: bool = False
    writes_files: bool = False
    has_interior: bool = False
    is_alien: bool = False


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


KNOWN = words("""
    builtins numpy pandas sklearn scipy matplotlib seaborn statsmodels xgboost lightgbm catboost pyarrow polars
    joblib plotly tqdm celltrail IPython math cmath json re os sys time datetime collections itertools functools
    pathlib random statistics string typing types dataclasses operator copy warnings logging io csv glob pickle abc
    enum decimal fractions hashlib base64 textwrap pprint contextlib inspect timeit uuid zlib gzip bz2 zipfile
    tarfile tempfile shutil heapq bisect array struct numbers calendar locale platform gc traceback urllib html xml
    secrets ast bottleneck numexpr __future__ unicodedata difflib sqlite3 imblearn category_encoders optuna shap
    umap duckdb
""")
GENERATORS = ("numpy", "python")

# They keep a function for later, or wrap it, and do not call it.
LATER = words("""
    property staticmethod classmethod lru_cache cache wraps partial partialmethod cached_property abstractmethod
    dataclass contextmanager asynccontextmanager singledispatch total_ordering setter getter deleter map filter starmap
    register update_wrapper vectorize
""")
MAGIC_DECORATORS = words("register_line_magic register_cell_magic register_line_cell_magic")
_ALIEN = words("import_module run_path run_module CDLL")  # they give a thing whose habits are not known
_SCALARS = words("""
    len int float str bool complex round isinstance issubclass callable hash id ord chr repr ascii format print
    hasattr bin hex oct bytes divmod display help dir abs pow range slice
""")
_COPIES = words("list tuple set frozenset dict sorted bytearray copy train_test_split clone")
_ITERATORS = words("iter map zip filter enumerate reversed chain cycle islice starmap tqdm trange product groupby tee")
_UNKNOWN = words("exec eval compile globals locals vars __import__ breakpoint")
_MUTATORS = words("""
    copyto put place putmask fill_diagonal put_along_axis shuffle heappush heappop heapify heapreplace heappushpop
    insort insort_left insort_right setattr delattr next anext setitem delitem iadd iconcat imul isub itruediv at
    apply_along push_to readinto nan_to_num update_wrapper scale_inplace
""")
_VIEWS = words("""
    asarray asanyarray ascontiguousarray asfortranarray ravel reshape squeeze transpose swapaxes moveaxis rollaxis
    expand_dims atleast_1d atleast_2d atleast_3d broadcast_to broadcast_arrays diag diagonal real imag view split
    array_split hsplit vsplit dsplit flip fliplr flipud rot90 nan_to_num require frombuffer vars getattr check_array
    check_X_y column_or_1d indexable safe_mask array min max sum reduce accumulate attrgetter itemgetter identity
    as_float choice choices sample to_datetime to_numeric from_pandas from_numpy from_arrow infer_objects next anext
    super property setdefault nditer nested_iters as_strided sliding_window_view trim_zeros asmatrix unstack
    permute_dims matrix_transpose masked_array recarray ndarray memmap asarray_chkfinite fromiter memoryview
""")
_HOLDING = words("concatenate stack hstack vstack dstack column_stack append insert where select choose vectorize")
_AMBIENT = words("""
    chdir fchdir putenv unsetenv umask seterr seterrcall set_printoptions set_option reset_option set_config
    filterwarnings simplefilter resetwarnings basicConfig setrecursionlimit set_theme set_style set_palette
    set_context set rc rcdefaults rc_file use style setlocale setcontext tzset disable enable disableLogging
    captureWarnings set_matplotlib_formats register register_matplotlib_converters settrace setprofile reload patch
    ion ioff switch_backend set_loglevel set_color_codes reset_defaults reset_orig insert register_adapter
    addLevelName set_index_dtype set_table_style options config_context load_ext install monkeypatch
    set_string_function setbufsize set_numeric_ops signal alarm setlimit setswitchinterval setdefaultencoding
    setLevel removeHandler addFilter
""")
_AMBIENT_ROOTS = words("""
    os sys warnings logging numpy pandas sklearn seaborn matplotlib locale decimal time polars plotly signal
    celltrail pyarrow joblib IPython gc importlib
""")
_THREADS = words("Thread Timer Process Pool ThreadPoolExecutor ProcessPoolExecutor create_task ensure_future Popen")
_BESIDE = words("threading multiprocessing concurrent asyncio subprocess")  # what they start goes on beside later cells
_WAITING = words("""
    asyncio.sleep asyncio.Lock asyncio.Event asyncio.Queue asyncio.Semaphore asyncio.Condition asyncio.timeout
    asyncio.iscoroutine asyncio.iscoroutinefunction threading.Lock threading.RLock threading.Event threading.local
    threading.current_thread threading.Semaphore threading.Condition multiprocessing.cpu_count
""")
_PYTHON_DRAWS = words("""
    random randint randrange uniform choice choices sample gauss normalvariate shuffle triangular betavariate
    expovariate gammavariate lognormvariate vonmisesvariate paretovariate weibullvariate getrandbits randbytes
    binomialvariate getstate
""")
_NUMPY_QUIET = words("default_rng Generator RandomState SeedSequence PCG64 MT19937 Philox SFC64 BitGenerator")
_SKLEARN_DRAWS = words("""
    train_test_split resample shuffle permutation_importance permutation_test_score make_blobs make_classification
    make_regression make_moons make_circles make_gaussian_quantiles make_friedman1 make_friedman2 make_friedman3
    make_hastie_10_2 make_low_rank_matrix make_multilabel_classification make_s_curve make_sparse_coded_signal
    make_sparse_spd_matrix make_sparse_uncorrelated make_spd_matrix make_swiss_roll make_biclusters
    make_checkerboard randomized_svd k_means kmeans_plusplus dict_learning fastica spectral_clustering
    mutual_info_classif mutual_info_regression learning_curve randomized_range_finder fetch_olivetti_faces
    sample_without_replacement extract_patches_2d graphical_lasso ledoit_wolf lars_path load_sample_images
""")
_QUIET_CLASSES = words("""
    LinearRegression Ridge RidgeCV RidgeClassifier Lasso LassoCV ElasticNet ElasticNetCV LogisticRegression
    BayesianRidge ARDRegression HuberRegressor PoissonRegressor GammaRegressor TweedieRegressor QuantileRegressor
    Lars LassoLars OMP KNeighborsClassifier KNeighborsRegressor NearestNeighbors RadiusNeighborsClassifier
    NearestCentroid GaussianNB MultinomialNB BernoulliNB ComplementNB CategoricalNB LinearDiscriminantAnalysis
    QuadraticDiscriminantAnalysis StandardScaler MinMaxScaler MaxAbsScaler RobustScaler Normalizer Binarizer
    PowerTransformer PolynomialFeatures SplineTransformer FunctionTransformer OneHotEncoder OrdinalEncoder
    LabelEncoder LabelBinarizer MultiLabelBinarizer TargetEncoder SimpleImputer KNNImputer MissingIndicator Pipeline
    FeatureUnion ColumnTransformer TransformedTargetRegressor GridSearchCV CalibratedClassifierCV VotingClassifier
    VotingRegressor OneVsRestClassifier OneVsOneClassifier MultiOutputClassifier MultiOutputRegressor SelectKBest
    SelectPercentile SelectFromModel VarianceThreshold RFE RFECV SequentialFeatureSelector SVC SVR NuSVC NuSVR
    OneClassSVM KFold StratifiedKFold GroupKFold LeaveOneOut LeavePOut LeaveOneGroupOut TimeSeriesSplit
    PredefinedSplit CountVectorizer TfidfVectorizer TfidfTransformer HashingVectorizer DictVectorizer FeatureHasher
    AgglomerativeClustering DBSCAN HDBSCAN OPTICS MeanShift Birch KernelDensity KernelRidge IsotonicRegression
    ConfusionMatrixDisplay RocCurveDisplay PrecisionRecallDisplay PredictionErrorDisplay PCA BaseEstimator
""")
_SPEAKING = words("random_state solver shuffle probability selection svd_solver")  # keywords that may make a class draw
_SEED_WORDS = words("random_state seed rng generator")
# Python's own `open` is recorded; these go past it, or look at what is there without opening.
_UNSEEN_READS = words("""
    read_parquet read_feather read_orc read_ipc scan_parquet scan_csv scan_ipc scan_ndjson read_sql read_sql_query
    read_sql_table read_hdf load_model open_dataset dataset read_table connect glob iglob listdir scandir walk
    exists isfile isdir getsize getmtime stat iterdir rglob is_file is_dir query execute sql fetchall fetchone
""")
_UNSEEN_WRITES = words("""
    to_parquet to_feather to_orc write_parquet write_ipc sink_parquet sink_csv to_hdf to_sql save_model save_raw
    remove unlink rename rmtree move copyfile copy2 copytree mkdir makedirs rmdir removedirs renames touch symlink
    write_table write_feather write_dataset execute commit sql executemany executescript replace
""")
_NATIVE_ROOTS = words("polars pyarrow")  # all their files are opened by native code
_PANDAS_HANDLES = words("HDFStore ExcelWriter ExcelFile")
_POLARS_FRAMES = words("""
    DataFrame Series from_pandas from_numpy from_dict from_dicts read_csv read_parquet read_ipc read_json read_ndjson
    read_avro read_excel
""")  # not the lazy ones: they read later
_FILE_ROOTS_QUIET = words("builtins math copy itertools functools operator collections re sklearn")
_INTERIOR = words("load loads read_pickle deepcopy literal_eval fetch_openml read_json Bunch")

# Methods. What is in none of these tables may change its object and its arguments.
DIRECT = words("""
    append extend insert add update pop remove clear sort reverse setdefault discard popitem appendleft popleft
    extendleft rotate fill put partition resize setflags itemset subtract intersection_update difference_update
    symmetric_difference_update move_to_end write writelines set_params
""")
QUIET = words("""
    plot scatter bar barh hist hist2d imshow pcolormesh contour contourf fill_between errorbar boxplot violinplot
    axhline axvline axhspan axvspan step stem pie text annotate legend grid set_title set_xlabel set_ylabel set_xlim
    set_ylim set_xticks set_yticks set_xticklabels set_yticklabels set_axis_off tick_params tight_layout savefig
    suptitle add_subplot colorbar add_trace update_layout update_traces show matshow hexbin stackplot loglog
    semilogx semilogy normal uniform integers choice standard_normal permutation random poisson binomial beta
    exponential gamma lognormal multivariate_normal dirichlet laplace logistic geometric bytes randint randn rand
    random_sample triangular log_param log_params log_metric log_metrics set_tag set_tags log_artifact log_text
    log_figure log_dict set_postfix set_description format_map to_csv to_pickle to_excel to_markdown to_latex
    to_clipboard
""")  # they change their object, never their arguments
PLOTTING = words("plot hist boxplot line bar barh box kde density area pie scatter hexbin")  # on a frame, which stays
LOOKS = words("plot style")  # what a frame gives to be looked at: it takes nothing of the frame with it that can change
FITTING = words("fit partial_fit fit_transform fit_predict fit_resample")
METHODS = {
    Result.SCALAR: words("""
        startswith endswith upper lower strip lstrip rstrip join isdigit isalpha isnumeric isspace index nunique title
        capitalize zfill encode decode score item equals hexdigest to_string to_json to_html find rfind casefold
        isalnum is_integer total_seconds strftime isoformat bit_length
    """),
    Result.FLAT: words("""
        mean median std var min max sum prod count idxmax idxmin argmax argmin argsort cumsum cumprod cummax cummin corr
        cov quantile describe info isna isnull notna notnull duplicated any all dot predict predict_proba
        predict_log_proba decision_function value_counts memory_usage unique isin between skew kurt kurtosis sem mad
        mode nonzero searchsorted trace kneighbors get_feature_names_out round abs pct_change diff rank weekday
        get_n_splits cross startofday matmul inverse_transform is_null is_not_null is_in n_unique null_count
    """),
    Result.COPY: words("""
        copy tolist to_list to_dict most_common elements union intersection difference dropna fillna ffill bfill
        drop drop_duplicates rename reset_index set_index sort_values sort_index assign merge astype pivot
        pivot_table melt stack unstack select_dtypes shift clip where mask nlargest nsmallest explode add_prefix
        add_suffix replace reindex interpolate sub mul div combine_first sample flatten get_dummies repeat take
        compress tz_localize tz_convert to_period to_timestamp infer_objects convert_dtypes truncate asfreq query
        with_columns with_columns_seq with_row_index unpivot fill_null fill_nan drop_nulls drop_nans gather_every
        to_dummies join_asof to_pandas to_dicts
    """),
    Result.VIEW: words("""
        head tail join groupby agg aggregate filter rolling expanding ewm reshape ravel transpose squeeze view
        to_numpy to_frame transform get_params items keys values eval xs get_group first last size nth swapaxes pipe
        apply map applymap split rsplit splitlines format group groups to_records resample extract contains slice
        cat dt get iterrows itertuples staged_predict todense toarray tocsr tocsc group_by group_by_dynamic
        iter_rows partition_by to_series to_arrow
    """),
}  # fmt: skip
_ITERATING = words("iterrows itertuples items keys values split staged_predict groupby iter_rows group_by")
CALLING = words("apply map applymap agg aggregate transform pipe filter assign")


def is_known(root: str) -> bool:
    """Whether the library's habits are known here."""
    return root in KNOWN or root in sys.stdlib_module_names


def call_of(path: str, keywords: frozenset[str], count: int) -> Call:
    """What a call does.

    Args:
        path: The function's or class's place in its library, as `numpy.random.seed`.
        keywords: The names of the keyword arguments that are given and not None.
        count: The number of positional arguments.
    """
    root, _, rest = path.partition(".")
    name = path.rpartition(".")[2]
    if name in _UNKNOWN and root == "builtins" and not (name == "vars" and count):
        return Call(unknown=f"{name}()")
    if (root in _BESIDE and path not in _WAITING) or name in _THREADS:
        return Call(Result.KEEP, frozenset(range(count)), ambient=True, reads_files=True, writes_files=True)
    generator = _generator(root, rest, name, keywords)
    return Call(
        result=_result(root, name),
        changes=_changes(root, name, count),
        draws=bool(generator) and name not in {"seed", "set_state", "setstate"},
        generator=generator,
        reseeds=name in {"seed", "set_state", "setstate"} and bool(generator),
        ambient=_is_ambient(root, rest, name),
        reads_files=_reads_files(root, name),
        writes_files=(name in _UNSEEN_WRITES and root not in _FILE_ROOTS_QUIET) or path == "shutil.copy",
        has_interior=name in _INTERIOR,
        is_alien=name in _ALIEN,
    )


def drawing_class(path: str, keywords: frozenset[str]) -> bool:
    """Whether the methods of a library's object may draw from numpy's global generator."""
    name = path.rpartition(".")[2]
    if not path.startswith(("sklearn.", "imblearn.", "umap.", "shap.")) or not name[:1].isupper():
        return False
    if name.endswith("Mixin"):
        return False
    if name in _QUIET_CLASSES:
        return bool(keywords & _SPEAKING) and "random_state" not in keywords
    return "random_state" not in keywords


def runs_its_arguments(path: str) -> bool:
    """Whether a function fits, splits or scores with the objects that it is given: `cross_val_score(model, X, y)`."""
    root, _, rest = path.partition(".")
    return root not in {"builtins", "copy", "functools", "IPython"} and rest.rpartition(".")[2][:1].islower()


def is_seed_word(keyword: str) -> bool:
    """Whether what is given by this keyword may be a generator that the call draws from."""
    return keyword in _SEED_WORDS


def makes_table(path: str) -> bool:
    """Whether a function gives a frame or series of pandas or Polars, which holds no file: `pandas.read_csv`."""
    root, _, name = path.partition(".")
    return (root == "pandas" and name.rpartition(".")[2] not in _PANDAS_HANDLES) or (
        root == "polars" and name in _POLARS_FRAMES
    )


def method_result(name: str) -> Result | None:
    """What a method gives that leaves its object and its arguments as they are; None where it may change them."""
    return next((result for result, names in METHODS.items() if name in names), None)


def changes_its_object(name: str) -> bool:
    """Whether a method is known to change its object: in place, by fitting, by drawing from it."""
    return name in DIRECT or name in FITTING or name in QUIET or name in _MUTATORS


def iterates(name: str) -> bool:
    """Whether a method's result may be used up by looking through it."""
    return name in _ITERATING


def method_reads_files(name: str) -> bool:
    """Whether a method may read files that are not seen."""
    return name in _UNSEEN_READS


def method_writes_files(name: str) -> bool:
    """Whether a method may write files that are not seen."""
    return (name in _UNSEEN_WRITES and name not in {"remove", "move", "replace"}) or name.startswith("write_")


def _reads_files(root: str, name: str) -> bool:
    if root in _FILE_ROOTS_QUIET:
        return False
    return name in _UNSEEN_READS or (root in _NATIVE_ROOTS and name.startswith(("read_", "scan_")))


def _generator(root: str, rest: str, name: str, keywords: frozenset[str]) -> str:
    if root == "random":
        return "python" if name in _PYTHON_DRAWS or name in {"seed", "setstate"} else ""
    if root == "numpy":
        return "numpy" if rest.startswith("random.") and name not in _NUMPY_QUIET else ""
    if root == "sklearn" and name in _SKLEARN_DRAWS and not keywords & {"random_state"}:
        return "numpy"
    if root == "scipy" and name in {"rvs", "bootstrap", "permutation_test", "monte_carlo_test", "random"}:
        return "numpy"
    return ""


def _result(root: str, name: str) -> Result:
    if name in _SCALARS and root in {"builtins", "IPython"}:
        return Result.SCALAR
    if name in _COPIES:
        return Result.COPY
    if name in _ITERATORS and root in {"builtins", "itertools", "tqdm"}:
        return Result.ITERATOR
    if name in _VIEWS:
        return Result.VIEW
    if root in {"numpy", "math", "scipy", "time", "statistics", "random"} and name not in _HOLDING:
        return Result.KEEP if name[:1].isupper() or "interp" in name else Result.FLAT
    return Result.KEEP


def _changes(root: str, name: str, count: int) -> frozenset[int]:
    if name in _MUTATORS:
        return frozenset(range(count))
    if root in {"numpy", "scipy"} and count > 2:  # noqa: PLR2004 - a third argument may be `out`
        return frozenset(range(2, count))
    return frozenset()


def _is_ambient(root: str, rest: str, name: str) -> bool:
    if rest.startswith("environ."):
        return name not in {"get", "items", "keys", "values", "copy"}
    if root == "sys" and rest.startswith(("path.", "modules.")):
        return True
    return root in _AMBIENT_ROOTS and (name in _AMBIENT or name.startswith("set_"))
