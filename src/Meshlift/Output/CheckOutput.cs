using System.Globalization;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Checks;
using Meshlift.Core.Findings;
using Meshlift.Engine.Checks;

namespace Meshlift.CommandLine.Output;

/// <summary>For whom <c>meshlift check</c> prints.</summary>
internal enum CheckFormat
{
    /// <summary>For people.</summary>
    Text,
    /// <summary>For programs; <c>schemas/check.schema.json</c>.</summary>
    Json,
    /// <summary>For code scanning: SARIF 2.1.0.</summary>
    Sarif,
    /// <summary>For CI systems that show tests: JUnit XML.</summary>
    Junit,
    /// <summary>For GitHub Actions: annotations of a pull request's lines.</summary>
    Github,
}

/// <summary>Prints what <c>meshlift check</c> found.</summary>
internal static class CheckOutput
{
    private const int MostKinds = 8;

    public static void Write(TextWriter output, CheckFormat format, CheckResult result)
    {
        switch (format)
        {
            case CheckFormat.Json:
                output.WriteLine(CheckJson.Of(result));
                break;
            case CheckFormat.Sarif:
                output.WriteLine(CheckSarif.Of(result));
                break;
            case CheckFormat.Junit:
                output.WriteLine(CheckJunit.Of(result));
                break;
            case CheckFormat.Github:
                foreach (var finding in result.Findings) output.WriteLine(Annotation(finding));
                break;
            default:
                WriteText(output, result);
                break;
        }
    }

    /// <summary>What is wrong, with the field that it is about.</summary>
    public static string Told(CheckFinding finding) => finding.Path.Length == 0 ? finding.Message : $"{finding.Path}: {finding.Message}";

    private static void WriteText(TextWriter output, CheckResult result)
    {
        var findings = result.Findings.ToLookup(finding => finding.Rule.Name, StringComparer.Ordinal);
        foreach (var check in result.Checks.Where(check => !check.DidNotRun || check.Findings > 0))
        {
            WriteLine(output, $"{check.Rule.Name}... {Outcome(check)}");
            foreach (var finding in findings[check.Rule.Name])
            {
                WriteLine(output, string.Create(CultureInfo.InvariantCulture, $"  {finding.File}:{finding.Line}:{finding.Column}  {Severity(finding.Rule)} {finding.Rule.Code}{(finding.Subject.Length == 0 ? "" : $"  {finding.Subject}")}"));
                WriteLine(output, $"    {Told(finding)}");
                WriteLine(output, $"    help: {finding.Remedy}");
            }
        }
        if (!result.WithoutSchema.IsEmpty)
        {
            var kinds = result.WithoutSchema.OrderByDescending(kind => kind.Value).Take(MostKinds).Select(kind => $"{kind.Value} {kind.Key}");
            WriteLine(output, $"not checked against a schema: {string.Join(", ", kinds)}{(result.WithoutSchema.Count > MostKinds ? $" and {Counted.Of(result.WithoutSchema.Count - MostKinds, "more kind")}" : "")}");
            WriteLine(output, "  help: give Kubernetes' own types with --schemas, and the folder of the CRDs as a PATH");
        }
        if (!result.Unevaluated.IsEmpty)
            WriteLine(output, $"not evaluated: {Counted.Of(result.Unevaluated.Length, "demand")} of schemas, such as CEL rules, of {string.Join(", ", result.Unevaluated.Select(line => line.Kind).Distinct(StringComparer.Ordinal).Take(MostKinds))}; --output json lists them");
        foreach (var (reason, checks) in result.Checks.Where(check => check.DidNotRun).GroupBy(check => check.Reason, StringComparer.Ordinal).Select(group => (group.Key, group.Select(check => check.Rule.Name))))
            WriteLine(output, $"not run: {string.Join(", ", checks)}: {reason}");
        if (PassedOver(result.PassedOver) is { } passedOver) WriteLine(output, passedOver);
        var more = new[] { (result.Folded, "of istioctl told already"), (result.SwitchedOff, "switched off"), (result.Silenced, "silenced by comments"), (result.InBaseline, "in the baseline") }.Where(one => one.Item1 > 0).Select(one => $", {one.Item1} {one.Item2}");
        WriteLine(output, $"{Counted.Of(result.Resources, "resource")} in {Counted.Of(result.Files, "file")}: {Counted.Of(result.Findings.Length, "finding")}{string.Concat(more)}");
    }

    /// <summary>How many files were passed over, and why; null when none was.</summary>
    internal static string? PassedOver(PassedOver files)
    {
        string[] kinds = [.. new[] { (files.HelmTemplates, "Helm template"), (files.KustomizePatches, "kustomize patch") }.Where(kind => kind.Item1 > 0).Select(kind => Counted.Of(kind.Item1, kind.Item2, kind.Item2.EndsWith("ch", StringComparison.Ordinal) ? kind.Item2 + "es" : kind.Item2 + "s"))];
        return kinds.Length == 0 ? null : $"{Counted.Of(files.HelmTemplates + files.KustomizePatches, "file")} passed over: {string.Join(", ", kinds)}";
    }

    private static string Outcome(CheckLine check)
    {
        var off = check.OffFiles == 0 ? "" : $"off in {Counted.Of(check.OffFiles, "file")}: {check.OffReason}";
        return check.Outcome == CheckOutcome.Off ? $"Off: {off["off ".Length..]}" : Result(check) + (off.Length == 0 ? "" : $"; {off}");
    }

    private static string Result(CheckLine check) => check.Outcome switch
    {
        CheckOutcome.Pass => "Pass",
        CheckOutcome.Unknown when check.Unknown == 0 => $"Unknown: {check.Reason}",
        CheckOutcome.Unknown => $"Unknown: not evaluated for {Counted.Of(check.Unknown, "resource")}: {check.Reason}",
        _ => $"{check.Outcome}: {Counted.Of(check.Findings, "finding")}",
    };

    /// <summary>The name of a severity.</summary>
    public static string Severity(RuleInfo rule) => rule.Severity.ToString().ToLowerInvariant();

    /// <remarks>docs.github.com, "Workflow commands": properties escape more than messages do.</remarks>
    private static string Annotation(CheckFinding finding)
    {
        var level = finding.Rule.Severity switch { Core.Findings.Severity.Error => "error", Core.Findings.Severity.Warning => "warning", _ => "notice" };
        return string.Create(CultureInfo.InvariantCulture, $"::{level} file={Property(finding.File)},line={finding.Line},col={finding.Column},title={Property($"{finding.Rule.Code} {finding.Rule.Name}")}::{Data($"{finding.Subject} {Told(finding)}\nhelp: {finding.Remedy}".TrimStart())}");

        static string Data(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
        static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
    }

    /// <summary>Names and values come from manifests, which must not steer the terminal.</summary>
    private static void WriteLine(TextWriter output, string line) => output.WriteLine(Redaction.WithoutControls(line).Replace('\n', ' '));
}
