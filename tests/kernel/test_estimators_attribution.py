"""A metric lands on the run that it belongs to, or on none: never on another."""

import pytest

from celltrail.records import Evidence
from estimator_cells import Cells


def check(cells: Cells, expected: dict[str, str], *, evidence: Evidence | None = None, on_cell: int = 0) -> None:
    """Each metric of `expected` is on the run of that variable and nowhere else; nothing is ambiguous."""
    runs = cells.runs()
    by_key = {run.variable: run for run in runs if run.started.kind == "fit"}
    for key, variable in expected.items():
        holders = [run for run in runs if key in run.values()]
        assert [run.id for run in holders] == [by_key[variable].id], (key, [run.variable for run in holders])
        if evidence is not None:
            assert holders[0].metric(key).evidence is evidence
    assert sum(len(run.metrics) for run in runs if run.started.kind == "cell") == on_cell
    assert cells.ambiguous() == []


def test_a_prediction_of_another_cell_is_attributed_by_the_object(two: Cells) -> None:
    two.run("p = a.predict(X_test)")
    two.run("q = b.predict(X_test)")
    value = two.run("accuracy_score(y_test, p)")
    check(two, {"accuracy_score_X_test": "a"}, evidence=Evidence.SAME_OBJECT)
    assert two.fits()[0].metric("accuracy_score_X_test").value == value
    assert type(value) is float


def test_a_metric_knows_the_dataset_that_it_was_measured_on(two: Cells) -> None:
    two.run("accuracy_score(y_train, a.predict(X_train)), accuracy_score(y_test, a.predict(X_test))")
    run = two.fits()[0]
    assert set(run.values()) == {"accuracy_score_X_train", "accuracy_score_X_test"}
    assert run.metric("accuracy_score_X_test").dataset_digest != run.metric("accuracy_score_X_train").dataset_digest
    digests = {name: digest for _, name, digest in run.datasets}
    assert run.metric("accuracy_score_X_train").dataset_digest == digests["X_train"]


def test_a_column_of_the_probabilities_is_a_view_of_them(two: Cells) -> None:
    two.run("b.predict_proba(X_test); roc_auc_score(y_test, a.predict_proba(X_test)[:, 1])")
    check(two, {"roc_auc_score_X_test": "a"}, evidence=Evidence.SAME_OBJECT)


def test_thresholded_probabilities_follow_their_name_with_two_models_alive(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.run("hat = (pa > 0.4).astype(int)")
    two.run("f1_score(y_test, hat)")
    two.run("accuracy_score(y_test, pb > 0.5)")
    check(two, {"f1_score_X_test": "a", "accuracy_score_X_test": "b"}, evidence=Evidence.NAME_LINEAGE)


def test_a_name_that_was_rebound_since_does_not_take_its_values_along(two: Cells) -> None:
    two.run("""
p = a.predict_proba(X_test)[:, 1]
hat = p > 0.5
p = b.predict_proba(X_test)[:, 1]
accuracy_score(y_test, hat)
""")
    check(two, {"accuracy_score_X_test": "a"})


def test_a_name_that_another_cell_rebound_does_not_take_its_values_along(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1]\nhat = p > 0.5")
    two.run("p = b.predict_proba(X_test)[:, 1]")
    two.run("accuracy_score(y_test, hat)")
    check(two, {"accuracy_score_X_test": "a"})


def test_an_alias_bound_before_the_name_changed_hands_stays_with_its_model(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1]; q = b.predict_proba(X_test)[:, 1]")
    two.run("hat = p > .5; p = q; accuracy_score(y_test, hat); f1_score(y_test, p > .5)")
    check(two, {"accuracy_score_X_test": "a", "f1_score_X_test": "b"})


def test_a_reused_name_belongs_to_the_second_model(two: Cells) -> None:
    two.run("y_pred = a.predict(X_test)\naccuracy_score(y_test, y_pred)")
    two.run("y_pred = b.predict(X_test)")
    two.run("f1_score(y_test, y_pred)")
    check(two, {"accuracy_score_X_test": "a", "f1_score_X_test": "b"}, evidence=Evidence.SAME_OBJECT)


def test_equal_predictions_of_two_models_are_told_apart_by_object_and_by_name(cells: Cells) -> None:
    cells.run("a = LogisticRegression().fit(X_train, y_train); b = LogisticRegression().fit(X_train, y_train)")
    cells.run("p = a.predict(X_test); q = b.predict(X_test); assert (p == q).all()")
    cells.run("accuracy_score(y_test, q)")
    cells.run("f1_score(y_test, q.copy())")
    check(cells, {"accuracy_score_X_test": "b", "f1_score_X_test": "b"})


def test_equal_content_without_a_trail_is_ambiguous_between_equal_models(cells: Cells) -> None:
    cells.run("a = LogisticRegression().fit(X_train, y_train); b = LogisticRegression().fit(X_train, y_train)")
    cells.run("p = a.predict(X_test); q = b.predict(X_test); np.save('p.npy', p)")
    cells.run("accuracy_score(y_test, np.load('p.npy'))")
    (metric,) = cells.ambiguous()
    assert set(metric.candidate_run_ids) == {run.id for run in cells.fits()}


def test_content_that_one_run_predicted_is_evidence(two: Cells) -> None:
    two.run("p = a.predict(X_test); b.predict(X_test); np.save('p.npy', p)")
    two.run("accuracy_score(y_test, np.load('p.npy'))")
    check(two, {"accuracy_score_X_test": "a"}, evidence=Evidence.EQUAL_CONTENT)


def test_the_truth_is_no_prediction_though_a_model_predicted_just_that(cells: Cells) -> None:
    cells.run("tree = DecisionTreeClassifier().fit(X_train, y_train); fitted = tree.predict(X_train)")
    cells.run("assert (fitted == y_train).all()")
    cells.run("accuracy_score(y_train, np.ones_like(y_train))")
    assert cells.fits()[0].metrics == []
    (own,) = cells.runs("cell")
    assert own.metric("accuracy_score").evidence is Evidence.OWN


def test_a_baseline_that_no_model_made_stays_on_the_cells_own_run(two: Cells) -> None:
    two.run("a.predict(X_test); mean_squared_error(y_test, np.full(len(y_test), y_train.mean()))")
    check(two, {}, on_cell=1)


def test_a_blend_of_two_models_is_ambiguous_between_them(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.run("mean = (pa + pb) / 2")
    two.run("roc_auc_score(y_test, mean); roc_auc_score(y_test, np.mean([pa, pb], axis=0))")
    assert [set(metric.candidate_run_ids) for metric in two.ambiguous()] == [{run.id for run in two.fits()}] * 2
    assert all(run.metrics == [] for run in two.runs())


def test_a_blend_made_in_a_comprehension_or_a_loop_is_ambiguous(two: Cells) -> None:
    two.run("accuracy_score(y_test, np.mean([m.predict_proba(X_test)[:, 1] for m in (a, b)], axis=0) > .5)")
    two.run("""
parts = []
for m in (a, b):
    parts.append(m.predict_proba(X_test)[:, 1])
blend = sum(parts) / len(parts)
accuracy_score(y_test, blend > .5)
""")
    two.run("roc_auc_score(y_test, blend)")
    assert len(two.ambiguous()) == 3
    assert all(len(metric.candidate_run_ids) == 2 for metric in two.ambiguous())


def test_a_weighted_sum_that_grows_is_ambiguous(two: Cells) -> None:
    two.run("total = np.zeros(len(X_test))\nfor m in (a, b):\n    total += m.predict_proba(X_test)[:, 1]")
    two.run("roc_auc_score(y_test, total)")
    assert len(two.ambiguous()) == 1


def test_a_prediction_overwritten_by_the_other_models_is_the_other_models(two: Cells) -> None:
    two.run("p = a.predict_proba(X_test)[:, 1].copy()\nroc_auc_score(y_test, p)")
    two.run("p[:] = b.predict_proba(X_test)[:, 1]")
    two.run("f1_score(y_test, p > .5)")
    assert "f1_score_X_test" not in two.fits()[0].values()
    two.run("roc_auc_score(y_test, p)")
    assert two.fits()[0].values().keys() == {"roc_auc_score_X_test"}


def test_a_prediction_clipped_in_place_stays_its_models(two: Cells) -> None:
    two.run("b.predict(X_test); p = a.predict_proba(X_test)[:, 1]\np[p < .5] = 0\nroc_auc_score(y_test, p)")
    check(two, {"roc_auc_score_X_test": "a"}, evidence=Evidence.NAME_LINEAGE)


def test_a_prediction_that_a_function_overwrote_is_nobodys_for_certain(two: Cells) -> None:
    two.run("def spoil(p, m):\n    p[:] = m.predict_proba(X_test)[:, 1] * 2")
    two.run("p = a.predict_proba(X_test)[:, 1]\nspoil(p, b)\nroc_auc_score(y_test, p)")
    assert all(run.metrics == [] for run in two.fits())
    assert len(two.ambiguous()) == 1


def test_predictions_in_dictionaries_lists_and_frames_find_their_runs(two: Cells) -> None:
    two.run("""
preds = {"a": a.predict(X_test), "b": b.predict(X_test)}
series = pd.Series(a.predict(X_test), name="hat")
frame = pd.DataFrame({"y": y_test})
frame["a"] = a.predict(X_test)
frame["b"] = b.predict(X_test)
""")
    two.run("accuracy_score(y_test, preds['b'])")
    two.run("f1_score(y_test, series)")
    two.run("roc_auc_score(frame['y'], frame['b'])")
    two.run("mean_squared_error(frame.y, frame.a)")
    check(
        two,
        {
            "accuracy_score_X_test": "b",
            "f1_score_X_test": "a",
            "roc_auc_score_X_test": "b",
            "mean_squared_error_X_test": "a",
        },
    )


def test_derived_columns_and_items_find_their_runs(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.run("frame = pd.DataFrame({'y': y_test}); frame['a'] = pa > .5; frame['b'] = pb > .5; hats = {'a': pa > .6}")
    two.run("accuracy_score(frame['y'], frame['b']); f1_score(y_test, hats['a'])")
    check(two, {"accuracy_score_X_test": "b", "f1_score_X_test": "a"})


def test_a_column_that_a_function_replaced_does_not_stay_with_the_first_model(two: Cells) -> None:
    two.run("frame = pd.DataFrame({'y': y_test}); frame['p'] = a.predict_proba(X_test)[:, 1]")
    two.run("def again(f):\n    f['p'] = b.predict_proba(X_test)[:, 1] / 2\nagain(frame)")
    two.run("roc_auc_score(frame['y'], frame['p'])")
    assert two.fits()[0].metrics == []


def test_a_square_root_of_an_error_leaves_the_error_on_the_run(cells: Cells) -> None:
    cells.run("m = Ridge().fit(Xr, yr)\nrmse = np.sqrt(mean_squared_error(yr, m.predict(Xr)))")
    check(cells, {"mean_squared_error_Xr": "m"})


def test_a_function_called_in_a_loop_over_models_attributes_each_to_its_own(cells: Cells) -> None:
    cells.run("""
def evaluate(model, features, truth):
    probability = model.predict_proba(features)[:, 1]
    hat = (probability > .5).astype(int)
    return accuracy_score(truth, hat), f1_score(truth, hat)
models = {c: LogisticRegression(C=c) for c in (1e-3, 1.0, 10.0)}
""")
    values = cells.run("""
values = []
for c, model in models.items():
    model.fit(X_train, y_train)
    values.append(evaluate(model, X_test, y_test))
values
""")
    fits = cells.fits()
    assert [run.params["C"].value for run in fits] == ["0.001", "1.0", "10.0"]
    assert [run.values() for run in fits] == [
        {"accuracy_score_X_test": one, "f1_score_X_test": two} for one, two in values
    ]
    cells.run("again = [evaluate(model, X_test, y_test) for model in models.values()]")
    assert [len(run.metrics) for run in cells.fits()] == [4, 4, 4]
    assert cells.ambiguous() == []


def test_thresholds_in_a_loop_over_models_attribute_each_to_its_own(cells: Cells) -> None:
    cells.run("""
for c in (1e-3, 1.0, 10.0):
    m = LogisticRegression(C=c).fit(X_train, y_train)
    p = m.predict_proba(X_test)[:, 1]
    hat = p > .5
    accuracy_score(y_test, hat)
""")
    assert [list(run.values()) for run in cells.fits()] == [["accuracy_score_X_test"]] * 3
    assert cells.ambiguous() == []


def test_a_value_of_the_turn_before_is_not_given_to_the_turn_of_now(cells: Cells) -> None:
    cells.run("""
before = None
for c in (1e-3, 1.0, 10.0):
    m = LogisticRegression(C=c).fit(X_train, y_train)
    hat = m.predict_proba(X_test)[:, 1] > .5
    if before is not None:
        accuracy_score(y_test, before)
    before = hat
""")
    assert all(run.metrics == [] for run in cells.fits()[1:])


def test_a_helper_that_returns_labels_attributes_each_to_its_own(cells: Cells) -> None:
    cells.run("""
def labels(m, X):
    return (m.predict_proba(X)[:, 1] > .5).astype(int)
for c in (1e-3, 1.0):
    m = LogisticRegression(C=c).fit(X_train, y_train)
    hat = labels(m, X_test)
    accuracy_score(y_test, hat)
""")
    assert [list(run.values()) for run in cells.fits()] == [["accuracy_score_X_test"]] * 2


def test_metrics_given_expressions_by_a_function_of_the_user(two: Cells) -> None:
    two.run("def report(truth, hat):\n    return accuracy_score(truth, hat)")
    two.run("p = a.predict_proba(X_test)[:, 1]; q = b.predict_proba(X_test)[:, 1]")
    two.run("report(y_test, q > .5)")
    check(two, {"accuracy_score_X_test": "b"})


def test_a_refit_takes_new_predictions_and_leaves_the_old_ones(cells: Cells) -> None:
    cells.run("m = LogisticRegression(C=.001).fit(X_train, y_train)\np = m.predict(X_test)")
    cells.run("m.set_params(C=1.0).fit(X_train, y_train)\nq = m.predict(X_test)")
    cells.run("accuracy_score(y_test, p); f1_score(y_test, q)")
    assert [list(run.values()) for run in cells.fits()] == [["accuracy_score_X_test"], ["f1_score_X_test"]]


def test_an_identity_that_is_used_again_is_not_mistaken(cells: Cells) -> None:
    cells.run("""
import gc
for turn in range(30):
    m = LogisticRegression(C=1 + turn).fit(X_train, y_train)
    p = m.predict(X_test)
    del m, p
    gc.collect()
    accuracy_score(y_test, y_test.copy())
""")
    assert all(run.metrics == [] for run in cells.fits())


def test_a_score_belongs_to_the_models_run(two: Cells) -> None:
    two.run("b.predict(X_test)")
    value = two.run("a.score(X_test, y_test)")
    check(two, {"score_X_test": "a"}, evidence=Evidence.MODEL_ARGUMENT)
    assert two.fits()[0].values() == {"score_X_test": value}


def test_scorers_attribute_by_what_they_predict(two: Cells) -> None:
    two.run("from sklearn.metrics import get_scorer, make_scorer")
    two.run("get_scorer('f1')(a, X_test, y_test); make_scorer(accuracy_score)(b, X_test, y_test)")
    check(two, {"f1_score_X_test": "a", "accuracy_score_X_test": "b"})


def test_the_area_under_a_curve_belongs_to_the_curves_run(two: Cells) -> None:
    two.run("fpr, tpr, _ = roc_curve(y_test, b.predict_proba(X_test)[:, 1])")
    two.run("auc(fpr, tpr)")
    check(two, {"auc_X_test": "b"})


def test_two_ways_to_call_one_metric_get_a_key_each(two: Cells) -> None:
    two.run("p = a.predict(X_test)\nf1_score(y_test, p)\nf1_score(y_test, p, average='macro')")
    check(two, {"f1_score_X_test": "a", "f1_score-2_X_test": "a"})


def test_comparing_two_models_is_ambiguous(two: Cells) -> None:
    two.run("accuracy_score(a.predict(X_test), b.predict(X_test))")
    assert len(two.ambiguous()[0].candidate_run_ids) == 2


def test_a_clone_and_a_failed_refit_are_not_the_model(two: Cells) -> None:
    two.run("from sklearn.base import clone; c = clone(a)")
    two.fail("a.fit(X_train, y_train[:3])")
    two.run("accuracy_score(y_test, a.predict(X_test))")
    (metric,) = two.ambiguous()
    assert len(metric.candidate_run_ids) == 2


def test_a_fit_that_was_not_recorded_takes_the_model_from_its_run(two: Cells) -> None:
    two.tracking.stop()
    two.run("a.set_params(C=5).fit(X_train, y_train)")
    two.tracking.start()
    two.run("accuracy_score(y_test, a.predict(X_test))")
    assert all(run.metrics == [] for run in two.fits())


def test_magics_that_run_the_cell_do_not_hide_it(two: Cells) -> None:
    two.run("%%time\np = a.predict_proba(X_test)[:, 1]\nhat = p > .5\naccuracy_score(y_test, hat)")
    check(two, {"accuracy_score_X_test": "a"})


def test_predictions_walked_over_by_zip_are_each_their_own(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]; both = {'a': pa, 'b': pb}")
    two.run(
        "for p, name in zip([pa, pb], 'ab'):\n    accuracy_score(y_test, p > .5)\n    f1_score(y_test, both[name] > .5)"
    )
    assert [sorted(run.values()) for run in two.fits()] == [["accuracy_score_X_test", "f1_score_X_test"]] * 2
    assert two.ambiguous() == []


def test_a_global_that_a_function_rebinds_is_not_given_to_the_first_model(two: Cells) -> None:
    two.run("def redo():\n    global p\n    p = b.predict_proba(X_test)[:, 1]")
    two.run(
        "p = a.predict_proba(X_test)[:, 1]\nredo()\nf1_score(y_test, p > .5)\nhat = p > .5\naccuracy_score(y_test, hat)"
    )
    assert two.fits()[0].metrics == []
    assert list(two.fits()[1].values()) == ["f1_score_X_test"]


def test_what_a_cell_that_raised_did_not_reach_is_not_believed(two: Cells) -> None:
    two.run("pa = a.predict_proba(X_test)[:, 1]; pb = b.predict_proba(X_test)[:, 1]")
    two.fail("hat = pa > .5\n1 / 0\nhat = pb > .5")
    two.run("accuracy_score(y_test, hat)")
    assert two.fits()[1].metrics == []


def test_masked_and_decoded_predictions_follow_their_names(two: Cells) -> None:
    two.run(
        "pb = b.predict_proba(X_test); pa = a.predict_proba(X_test); mask = X_test[:, 0] > 0; kinds = np.array([0, 1])"
    )
    two.run("accuracy_score(y_test[mask], pa[mask, 1] > .5); f1_score(y_test, kinds[pb.argmax(axis=1)])")
    part = two.run("f'{mask.sum()} of {len(mask)} rows'")
    check(two, {f"accuracy_score_X_test[{part}]": "a", "f1_score_X_test": "b"})


def test_models_that_change_names_keep_their_predictions(two: Cells) -> None:
    two.run("m = a; hat = m.predict_proba(X_test)[:, 1] > .5; m = b; accuracy_score(y_test, hat)")
    two.run("cut = lambda p: p > .5\nf1_score(y_test, cut(b.predict_proba(X_test)[:, 1]))")
    check(two, {"accuracy_score_X_test": "a", "f1_score_X_test": "b"})


def test_encoders_and_scalers_do_not_claim_the_predictions_that_pass_through(cells: Cells) -> None:
    cells.run("""
from sklearn.preprocessing import LabelEncoder, StandardScaler
encoder = LabelEncoder(); coded = encoder.fit_transform(np.array(["no", "yes"])[y])
scaler = StandardScaler().fit(Xr); target = StandardScaler(); yt = target.fit_transform(yr[:, None])
m = LogisticRegression().fit(X, coded)
r = Ridge().fit(scaler.transform(Xr), yt.ravel())
""")
    cells.run("accuracy_score(encoder.inverse_transform(coded), encoder.classes_[m.predict(X)])")
    cells.run("mean_squared_error(yr, target.inverse_transform(r.predict(scaler.transform(Xr))[:, None]))")
    by_variable = {run.variable: run for run in cells.fits()}
    assert any(key.startswith("accuracy_score") for key in by_variable["m"].values())
    assert any(key.startswith("mean_squared_error") for key in by_variable["r"].values())
    assert cells.ambiguous() == []


def test_training_data_given_to_a_function_that_fits_does_not_become_a_prediction(cells: Cells) -> None:
    cells.run("def train(model, X, y):\n    model.fit(X, y)\n    return model")
    cells.run("a = train(LogisticRegression(), X_train, y_train)")
    cells.run(
        "def nearest(X, y, Q):\n"
        "    distance = ((Q[:, None] - X[None]) ** 2).sum(-1)\n"
        "    return y[distance.argmin(1)]\n"
        "p = nearest(np.asarray(X_train), np.asarray(y_train), np.asarray(X_test))"
    )
    cells.run("accuracy_score(y_test, p)")
    assert [run.values() for run in cells.fits()] == [{}]
    assert cells.ambiguous() == []


def test_training_data_given_to_a_class_that_fits_does_not_become_a_prediction(cells: Cells) -> None:
    cells.run(
        "class Many:\n"
        "    def fit(self, X, y):\n"
        "        self.model = LogisticRegression().fit(X, y)\n"
        "many = Many()\n"
        "many.fit(X_train, y_train)"
    )
    cells.run("p = np.asarray(X_train)[:, 0] > 0")
    cells.run("accuracy_score(y_train, p)")
    assert [run.values() for run in cells.fits()] == [{}]
    assert cells.ambiguous() == []


def test_a_model_is_known_again_after_track_off_and_on(two: Cells) -> None:
    two.tracking.stop()
    two.run("p = a.predict(X_test)")
    two.tracking.start()
    two.run("accuracy_score(y_test, a.predict(X_test))")
    check(two, {"accuracy_score_X_test": "a"})


@pytest.mark.parametrize("refit", ["a.fit(X_test, y_test)", "a.coef_ += 1.0", "a.coef_ = a.coef_ * 2"])
def test_a_model_that_changed_while_off_belongs_to_no_run(two: Cells, refit: str) -> None:
    two.tracking.stop()
    two.run(refit)
    two.tracking.start()
    two.run("accuracy_score(y_test, a.predict(X_test)); f1_score(y_test, b.predict(X_test))")
    check(two, {"f1_score_X_test": "b"}, on_cell=1)


def test_a_pipeline_whose_only_step_was_refitted_while_off_belongs_to_no_run(cells: Cells) -> None:
    cells.run("from sklearn.pipeline import make_pipeline")
    cells.run("a = make_pipeline(LogisticRegression()).fit(X_train, y_train)\nb = make_pipeline(Ridge()).fit(X, y)")
    cells.tracking.stop()
    cells.run("a.fit(X_test, y_test)")
    cells.tracking.start()
    cells.run("accuracy_score(y_test, a.predict(X_test)); mean_squared_error(y, b.predict(X))")
    check(cells, {"mean_squared_error_X": "b"}, on_cell=1)


def test_a_forest_that_grew_while_off_belongs_to_no_run(cells: Cells) -> None:
    cells.run("from sklearn.ensemble import RandomForestClassifier as F")
    cells.run("a = F(3, warm_start=True, random_state=0).fit(X_train, y_train)\nb = F(3).fit(X_train, y_train)")
    cells.tracking.stop()
    cells.run("a.set_params(n_estimators=5).fit(X_train, y_train)")
    cells.tracking.start()
    cells.run("accuracy_score(y_test, a.predict(X_test)); f1_score(y_test, b.predict(X_test))")
    check(cells, {"f1_score_X_test": "b"}, on_cell=1)


def test_a_pipeline_whose_shared_step_was_fitted_again_is_no_longer_its_run_s_alone(cells: Cells) -> None:
    cells.run("from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler")
    cells.run("prep = StandardScaler()\na = make_pipeline(prep, LogisticRegression()).fit(X_train, y_train)")
    cells.run("accuracy_score(y_test, a.predict(X_test))")
    cells.run("b = make_pipeline(prep, DecisionTreeClassifier()).fit(X_test * 3 + 1, y_test)")
    cells.run("f1_score(y_test, a.predict(X_test)); a.score(X_test, y_test); b.score(X_train, y_train)")
    by_variable = {run.variable: [metric.key for metric in run.metrics] for run in cells.fits()}
    assert by_variable == {"a": ["accuracy_score_X_test"], "b": ["score_X_train"]}
    assert [found.key for found in cells.ambiguous()] == ["f1_score_X_test", "score_X_test"]
    cells.run("a.fit(X_train, y_train)\na.score(X_test, y_test)")
    assert [metric.key for metric in cells.fits()[-1].metrics] == ["score_X_test"]
