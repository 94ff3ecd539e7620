#!/bin/bash
# Which lines of each parser, and of what draws reports, the fuzzing inputs reach: the suite's, or as many for each parser as the first argument says. Prints a
# table and the lines that were not reached; fails where a parser has less than 95 %.
set -euo pipefail
cd "$(dirname "$0")/.."

# The files of each parser below src, and the members in them that no foreign byte gets to: writers, what looks for files by the names that a
# user gave, and what judges the header of a model file, which ML.NET reads. Limits of sizes (1 GB lines, 256 MB vocabularies) are counted,
# and not reached by inputs of 64 KB.
parsers() {
    sed 's/\([| ]\)\(ML\|Reports\)/\1AcademicBert.\2/g' <<'END'
safetensors|ML/Tensors/SafeTensorsFile.cs ML/Tensors/SafeTensorsHeader.cs ML/Tensors/BFloat16.cs|FromSingle
shard index|ML/Tensors/SafeTensorsCollection.cs|Missing
token store|ML/Corpus/TokenStore.cs ML/Corpus/TokenStoreFormat.cs ML/Corpus/SampleIndex.cs ML/Files/RandomAccessFile.cs|
corpus.json|ML/Corpus/CorpusManifest.cs ML/Corpus/PreparedCorpus.cs|Fingerprint
config.json|ML/Modeling/ModelDescriptionReader.cs|
model folder|ML/Modeling/ModelFolder.cs ML/Modeling/StoredParameters.cs ML/Modeling/ParameterNames.cs ML/Modeling/ParameterFile.cs|Items Name Write Gate
tokenizer|ML/Tokenization/TokenizerJson.cs ML/Tokenization/TokenizerFolder.cs|
vocabulary|ML/Tokenization/Vocabulary.cs|Vocabulary.Load
options|ML/Training/OptionsJson.cs ML/Training/OptionsFile.cs ML/Training/TrainingBudget.cs|TrainingBudget.Time TrainingBudget.Steps TrainingBudget.Samples TrainingBudget.Parse ToString
recipes|ML/Pretraining/PretrainingRecipe.cs ML/Pretraining/RecipeSources.cs ML/Tables/FinetuningRecipe.cs|PretrainingRecipe.Load FinetuningRecipe.Load
GLUE options|ML/Glue/GlueOptions.cs|Load MaxLength
search options|ML/Sweeps/SearchOptions.cs ML/Sweeps/SearchSpace.cs|Load RunBudget
GLUE TSV|ML/Glue/GlueFile.cs ML/Corpus/TableFile.cs|Train Dev Test HasTest TrainPath DevPath Find Candidates
tables|ML/Tables/TableReader.cs ML/Tables/TableOptions.cs ML/Tables/TableColumns.cs ML/Files/JsonFile.cs|
text|ML/Corpus/TextFileSource.cs ML/Corpus/TextFileName.cs ML/Corpus/DocumentReader.cs ML/Corpus/DocumentText.cs ML/Corpus/TableDocumentReader.cs|Find TextFileName.Extensions SplitPattern Matches cctor FractionRead
lines and gzip|ML/Corpus/Utf8LineReader.cs|
WikiExtractor|ML/Corpus/WikiExtractorReader.cs ML/Corpus/WikiMarkup.cs ML/Corpus/HiddenContent.cs|
JSON lines|ML/Corpus/JsonLinesReader.cs|
checkpoints|ML/Training/FolderManifest.cs ML/Training/Checkpoint.cs ML/Training/FlatBufferFile.cs ML/Finetuning/FinetuningRun.cs|State Open Resume Save Fingerprint At ctor
journals|ML/Training/JsonLines.cs ML/Training/MetricsLog.cs ML/Training/RunStart.cs ML/Glue/GlueTrialStore.cs ML/Finetuning/FinetuningJournal.cs|Add Prune
search journal|ML/Sweeps/SearchJournal.cs ML/Sweeps/SearchReplay.cs ML/Sweeps/SearchTable.cs|Add Decide RunFolder
GLUE folders|ML/Glue/GlueTaskFolder.cs ML/Glue/GluePredictions.cs ML/Glue/GlueSubmission.cs|Of Text Content
model file|ML.Hosting/ModelReader.cs ML.Hosting/ModelPartLoader.cs ML.Hosting/ArchiveCheck.cs ML/Scoring/FolderEntries.cs ML/Finetuning/FinetunedBert.cs|Of Save WithLabels RequireVersion Factory RefuseBombs
launchers|ML/Distributed/Tcp/Rendezvous.cs|
messages of ranks|ML/Distributed/Links/LinkConnection.cs ML/Distributed/Links/RankIdentity.cs|Mine Send ToString
sources of reports|Reports/Sources/FinetunedRun.cs Reports/Sources/RecordedSearch.cs Reports/Sources/ReportSources.cs Reports/Sources/RunJournal.cs Reports/Sources/StepBenchmarks.cs Reports/Sources/Throughput.cs Reports/Sources/TrainingRun.cs|
tables of reports|Reports/Numbers.cs Reports/ReportDocument.cs Reports/Tables/FinetuneCommandLine.cs Reports/Tables/FinetuningTables.cs Reports/Tables/GlueTables.cs Reports/Tables/OptionsTable.cs Reports/Tables/RunTables.cs Reports/Tables/SearchTables.cs Reports/Tables/ThroughputTable.cs|
pages of reports|Reports/Documents/HtmlWriter.cs Reports/Documents/MarkdownWriter.cs|
charts of reports|Reports/Figures/Chart.cs Reports/Figures/FinetuningCharts.cs Reports/Figures/LearningCurves.cs Reports/Figures/LossDistribution.cs Reports/Figures/PixelColumns.cs Reports/Figures/RunCharts.cs Reports/Figures/TimeAxis.cs Reports/Drawing/ChartPlot.cs Reports/Drawing/FigureDrawing.cs|Png
END
}

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The host writes what was reached when it ends, for which the runner otherwise gives it a tenth of a second.
for tests in ML Reports; do
    VSTEST_TESTHOST_SHUTDOWN_TIMEOUT=60000 ACADEMICBERT_FUZZ=${1:-} dotnet test -c Release "tests/AcademicBert.$tests.Tests" --filter "ParserFuzzTests|ReportFuzzTests" \
        --settings tests/parser-coverage.runsettings --collect "Code Coverage" --results-directory "$out/$tests" >"$out/log" || { cat "$out/log"; exit 1; }
done
parsers | awk -F'|' '
    FNR == NR {
        parsers[++count] = $1
        split($2, files, " ")
        for (i in files) { of[files[i]] = $1; left[files[i]] = $3 }
        next
    }
    function attribute(name) { return match($0, " " name "=\"[^\"]*") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : "" }
    /<class / { type = attribute("name"); file = attribute("filename"); sub(/.*\/src\//, "", file) }
    /<method / {
        member = type " " attribute("name")
        gsub(/&[lg]t;|[^A-Za-z0-9_]+/, " ", member)
        counted = file in of
        split(left[file], names, " ")
        for (i in names) { sub(/\./, " ", names[i]); if (index(" " member " ", " " names[i] " ")) counted = 0 }
    }
    /<\/method>/ { counted = 0 }
    /<line / && counted { at = file ":" attribute("number"); seen[at] = of[file]; if (attribute("hits") > 0) hit[at] = 1 }
    END {
        for (at in seen) { lines[seen[at]]++; if (at in hit) covered[seen[at]]++; else print "not reached: src/" at }
        print "\n| parser | lines | reached |\n|---|---|---|"
        for (i = 1; i <= count; i++) {
            share = lines[parsers[i]] ? 100 * covered[parsers[i]] / lines[parsers[i]] : 0
            printf "| %s | %d | %.1f %% |\n", parsers[i], lines[parsers[i]], share
            if (share < 95) low = 1
        }
        exit low
    }' - <(find "$out" -name '*.cobertura.xml' -exec sed 's/\r$//' {} +)
