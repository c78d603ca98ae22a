"""Magics of IPython whose effects are known; any other may do anything."""

from celltrail.runs.effects.library import words

# They show something, or write a file that is recorded.
QUIET = words("""
    pwd ls dir ll who who_ls whos lsmagic magic pinfo pinfo2 psource pdoc pdef pfile pycat cat more less man
    history hist html HTML markdown latex javascript js JavaScript svg SVG quickref tb xmode colors time timeit
    writefile track
    """)
# They set what every later cell sees.
SETTING = words("""
    matplotlib config load_ext reload_ext autoreload cd pushd popd env set_env pip conda mamba micromamba uv
    precision pylab alias automagic doctest_mode gui autocall autoawait autosave celltrail unload_ext pdb
    subshell
    """)
# They start another process.
SHELL = words("""
    bash sh script system sx perl ruby cmd js node pypy python python2 python3
    """)
