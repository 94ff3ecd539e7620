#!/usr/bin/env bash
# Runs the tests of the kernels and of what computes with them, where native code ends the process at a read or write outside of its
# operands (AddressSanitizer) and at overflows of integers. Ends with 1 where a test fails, after the report of what was found; with 0 and
# one line where the tools are missing. It works in a copy of the tree, so that no instrumented library is left among those of the build.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "Skipped: $1"; exit 0; }
[ "$(uname -s)" = Linux ] || skip "the sanitizers are used on Linux only."
command -v cmake > /dev/null || skip "CMake is not there."
compiler=${CXX:-c++}
command -v "$compiler" > /dev/null || skip "there is no C++ compiler ($compiler)."
runtime=$("$compiler" -print-file-name=libasan.so)
[ -f "$runtime" ] || runtime=$("$compiler" -print-file-name="libclang_rt.asan-$(uname -m).so")
[ -f "$runtime" ] || skip "$compiler has no runtime of AddressSanitizer that can be loaded first (libasan)."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --no-dereference -t "$work" 2> /dev/null || true # what is deleted is still listed
cd "$work"
binaries=tests/AcademicBert.ML.Tests/bin/Release/net10.0
for project in AcademicBert.Native.Tests AcademicBert.ML.Tests; do
    dotnet build "tests/$project" -c Release -v quiet -p:AcademicBertSanitizers=true -p:AcademicBertNativeRequired=true -p:UseSharedCompilation=false -nodeReuse:false
done
for library in $binaries/libacademicbert_{cpu,cuda_emulator}.so; do
    grep -q __asan_init "$library" || { echo "$library is not instrumented."; exit 1; }
done

# .NET handles SIGSEGV itself, and frees nothing at the end.
options="detect_leaks=0:handle_segv=0:allow_user_segv_handler=1:alloc_dealloc_mismatch=0:log_path=$work/report"
outcome=0
run() {
    dotnet test "tests/$1" -c Release --no-build --filter "$2" -e LD_PRELOAD="$runtime" -e ASAN_OPTIONS="$options" -e UBSAN_OPTIONS="print_stacktrace=1:log_path=$work/report" || outcome=1
}
run AcademicBert.Native.Tests "FullyQualifiedName~AcademicBert"
run AcademicBert.ML.Tests "FullyQualifiedName~Tests.Modeling|FullyQualifiedName~Tests.Scoring|FullyQualifiedName~Tests.Finetuning|FullyQualifiedName~PretrainerTests"
cat report.* 2> /dev/null || true
exit "$outcome"
