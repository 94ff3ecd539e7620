#!/usr/bin/env bash
# Changes the pure maths of what is committed, one small change (a mutant) at a time, and lists those that no test notices.
#
#   tests/mutation.sh [group...]    of: schedules masking order packing metrics pruning safetensors; default all
#
# Prints a table of the files and groups, and ends with 1 where the tests notice less than 90 % of a group's mutants. Those that never end count as
# noticed; the limit is generous, so that a busy machine makes none of them.
set -euo pipefail
cd "$(dirname "$0")/.."
export AcademicBertNative=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_TieredPGO=0
version=5.1.0 least=90

# Files of src/AcademicBert.ML, and classes of its tests: short ones, since each runs for every mutant it can reach.
declare -A files tests
files[schedules]="Optimization/LearningRateSchedule Pretraining/BatchRamp Pretraining/ValidationPlan"
tests[schedules]="LearningRateScheduleTests LearningRatePropertyTests BatchRampTests ValidationPlanTests"
files[masking]="Masking/SampleMasker Masking/WordSelector Masking/CounterRandom Masking/MaskingOptions Masking/MaskingVocabulary Masking/SentencePairing"
tests[masking]="SampleMaskerTests WordSelectorTests CounterRandomTests MaskingOptionsTests StoredPairsTests"
files[order]="Masking/SampleOrder Masking/BatchRange"
tests[order]="SampleOrderTests BatchRangeTests"
files[packing]="Corpus/SamplePacker"
tests[packing]="SamplePackerTests"
files[metrics]="Glue/GlueMetrics Glue/GlueAverage Finetuning/EntityF1"
tests[metrics]="GlueMetricsTests GlueAverageTests EntityF1Tests"
files[pruning]="Sweeps/RungDecision Sweeps/SearchRung Sweeps/RungResult Training/LossLimit"
tests[pruning]="RungDecisionTests SearchRungTests LossLimitTests"
files[safetensors]="Tensors/SafeTensorsHeader"
tests[safetensors]="SafeTensorsHeaderTests"

mutate="" filter="" groups=""
for name in ${*:-schedules masking order packing metrics pruning safetensors}; do
    [[ -n ${files[$name]:-} ]] || { echo "There is no group '$name'; there are: ${!files[*]}." >&2; exit 2; }
    for file in ${files[$name]}; do mutate+=${mutate:+, }\"$file.cs\"; groups+="$file.cs $name "; done
    for test in ${tests[$name]}; do filter+=${filter:+|}FullyQualifiedName~.$test; done
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet --no-hardlinks . "$work/clone"
dotnet tool install dotnet-stryker --version "$version" --tool-path "$work/tool"
cat > "$work/stryker.json" <<EOF
{ "stryker-config": {
    "project": "AcademicBert.ML.csproj", "configuration": "Release", "coverage-analysis": "perTest", "additional-timeout": 20000,
    "mutate": [$mutate], "test-case-filter": "$filter", "reporters": ["dots", "cleartext", "markdown"] } }
EOF
cd "$work/clone/tests/AcademicBert.ML.Tests"
"$work/tool/dotnet-stryker" --config-file "$work/stryker.json" --output "$work/report" --skip-version-check

awk -F '|' -v least="$least" -v groups="$groups" '
    function number(field) { gsub(/[^0-9]/, "", field); return field + 0 }
    function row(name, mutants, killed, timeouts) { printf "| %s | %d | %d | %d | %.1f %% |\n", name, mutants, killed, timeouts, 100 * (killed + timeouts) / mutants }
    BEGIN {
        for (i = split(groups, words, " "); i > 1; i -= 2) group[words[i - 1]] = words[i]
        print "\n| file | mutants | killed | never end | share |\n|---|---|---|---|---|"
    }
    $2 ~ /\.cs/ {
        file = $2
        gsub(/[\\ ]/, "", file)
        for (name in group) if (name == file || substr(file, length(file) - length(name)) == "/" name) of = group[name]
        mutants = number($4) + number($5) + number($6) + number($7)
        if (mutants == 0) next
        row(file, mutants, number($4), number($6))
        all[of] += mutants; killed[of] += number($4); timeouts[of] += number($6)
    }
    END {
        for (of in all) {
            row("**" of "**", all[of], killed[of], timeouts[of])
            if (100 * (killed[of] + timeouts[of]) < least * all[of]) low = low " " of
        }
        if (low != "") { print "below " least " %:" low; exit 1 }
    }' "$work/report/reports/mutation-report.md"
