"""Whether more or less of a metric is better, as far as its name tells: errors and losses shrink, scores grow."""

import re
from enum import StrEnum


class Direction(StrEnum):
    """Which way a metric gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    UNKNOWN = "unknown"


_LOWER = re.compile(
    r"(^|_)(loss|losses|error|errors|err|rmse|rmsle|mse|mae|mape|smape|wape|msle|medae|deviance|perplexity|brier|"
    r"logloss|nll|cer|wer|fpr|fnr|inertia|distance|distances|hinge|pinball|aic|bic|divergence|regret|latency|duration|"
    r"time|seconds|mlogloss|quantile_error|ece|davies_bouldin|rejections|misclassification)(_|$)"
)
_HIGHER = re.compile(
    r"(^|_)(accuracy|acc|auc|auroc|auprc|f1|fbeta|precision|recall|r2|score|scores|ap|map|ndcg|mrr|iou|dice|bleu|rouge|"
    r"sensitivity|specificity|tpr|tnr|likelihood|silhouette|jaccard|kappa|mcc|matthews|variance|correlation|pearson|"
    r"spearman|gini|lift|reward|hits|rand|completeness|homogeneity|v_measure|calinski|top_k|d2)(_|$)"
)
_NEGATED = re.compile(r"(^|_)neg_")  # scikit-learn's neg_mean_squared_error grows when it gets better
_PLACE = re.compile(r"^(std_|split\d+_)")


def better_direction(key: str) -> Direction:
    """Which way a metric of that key gets better; unknown where its name says neither, or both."""
    name = re.sub(r"[^a-z0-9]+", "_", key.lower())
    if _PLACE.match(name):
        return Direction.UNKNOWN  # a spread is neither good nor bad, one fold says nothing
    if _NEGATED.search(name):
        return Direction.HIGHER
    is_lower, is_higher = bool(_LOWER.search(name)), bool(_HIGHER.search(name))
    if is_lower and is_higher and re.search(r"(loss|error|deviance|brier)", name):
        return Direction.LOWER  # brier_score_loss, mean_test_error_score
    if is_lower == is_higher:
        return Direction.UNKNOWN
    return Direction.LOWER if is_lower else Direction.HIGHER
