cd /work/wt/nodes; export PYTHONPATH=/work/wt/nodes/src:/work/wt/nodes PATH=/work/wt/nodes/.venv/bin:$PATH
