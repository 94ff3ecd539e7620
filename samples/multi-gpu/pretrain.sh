#!/usr/bin/env bash
# Pretrains on every GPU of one box, or of several, with the paper's best configuration:
#   samples/multi-gpu/pretrain.sh LAUNCHER CORPUS RUN [further options of 'academicbert pretrain']
# LAUNCHER   box       one process, a thread for each GPU: nothing else is needed
#            mpirun    a process for each GPU: GPUS of this box (default: those nvidia-smi lists), or HOSTS=node1:8,node2:8
#            torchrun  started on each of NODES boxes (default 1) with GPUS each; MASTER=node1:29400 is where they meet
# The same command continues a run that was stopped, on as many GPUs as there are then. What one of them would take, and whether the model fits, says
#   academicbert pretrain CORPUS --run RUN --recipe paper-best --dryRun
set -euo pipefail

if [ $# -lt 3 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
launcher=$1 corpus=$2 run=$3
shift 3
train=(academicbert pretrain "$corpus" --run "$run" --recipe paper-best --device cuda --checkpointEvery 15m "$@")
gpus() { echo "${GPUS:-$(nvidia-smi --list-gpus | wc -l)}"; }

case $launcher in
    box)
        exec "${train[@]}" --distributed.devices all
        ;;
    mpirun)
        if [ -n "${HOSTS:-}" ]; then where=(--host "$HOSTS"); else where=(-np "$(gpus)"); fi
        # A minute after Ctrl+C instead of a second: rank 0 writes a checkpoint.
        exec mpirun "${where[@]}" --mca odls_base_sigkill_timeout 60 "${train[@]}" --distributed.shardOptimizer true
        ;;
    torchrun)
        exec torchrun --no-python --nnodes "${NODES:-1}" --nproc-per-node "$(gpus)" --rdzv-backend c10d --rdzv-endpoint "${MASTER:-localhost:29400}" \
            "${train[@]}" --distributed.shardOptimizer true
        ;;
    *)
        echo "There is no launcher '$launcher': box, mpirun or torchrun." >&2
        exit 2
        ;;
esac
