"""A kernel that is killed right after its runs leaves the code version of each."""

import subprocess

from celltrail.journal import events

RUN = "with celltrail.start_run({name!r}):\n    celltrail.log_metric('a', 1)"


def test_runs_between_two_questions_to_git_have_what_it_told_last(new_kernel, tmp_path):
    named = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    (tmp_path / "code.py").write_text("x = 1\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "code.py"), ("commit", "-qm", "one")):
        subprocess.run(["git", *named, *words], cwd=tmp_path, check=True, capture_output=True)
    kernel = new_kernel()
    kernel.run("import celltrail")
    kernel.run(RUN.format(name="first"))
    first = kernel.wait_for(events.RunContext, lambda event: event.code_digest)
    kernel.run(RUN.format(name="second"))
    second = next(run.run_id for run in kernel.of_type(events.RunStarted) if run.name == "second")
    kernel.wait_for(events.RunContext, lambda event: event.run_id == second and event.code_digest)
    kernel.kill()
    after = [event for event in kernel.of_type(events.RunContext) if event.run_id == second and event.seed is not None]
    assert [event.code_digest for event in after[:1]] == [first.code_digest]
    told = {event.run_id: event.code_digest for event in kernel.of_type(events.RunContext) if event.code_digest}
    assert set(told.values()) == {first.code_digest}
    assert second in told
