using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>What a check says about a few files.</summary>
internal sealed class CheckedFiles
{
    private readonly CheckResult _result;

    private CheckedFiles(CheckResult result, string root) =>
        (_result, Findings) = (result, [.. result.Findings.Select(finding => string.Create(CultureInfo.InvariantCulture, $"{finding.Rule.Code} {finding.File[(root.Length + 1)..]}:{finding.Line}"))]);

    /// <summary>Code, file and line of each finding, in their order.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>The only message.</summary>
    public string Message => Assert.Single(_result.Findings).Message;

    public int Silenced => _result.Silenced;

    public static CheckedFiles Of(params (string File, string Text)[] files)
    {
        using var folder = new TempFolder();
        foreach (var (file, text) in files) folder.Write(file, text);
        return new CheckedFiles(CheckRun.Run(new CheckRequest([folder.Path], null, [], null), default), folder.Path);
    }

    public static CheckedFiles Of(string text) => Of(("a.yaml", text));

    /// <summary>True when nothing was found, and the rule could not be evaluated.</summary>
    public bool IsUnknown(string code) => _result.Checks.Single(check => check.Rule.Code == code).Outcome == CheckOutcome.Unknown;

    /// <summary>True when the rule looked at everything and found nothing.</summary>
    public bool Passes(string code) => _result.Checks.Single(check => check.Rule.Code == code).Outcome == CheckOutcome.Pass;

    public bool Fails(string code) => _result.Checks.Single(check => check.Rule.Code == code) is { Findings: 1, Rule.Severity: var severity, Outcome: var outcome } && outcome == (severity == Severity.Error ? CheckOutcome.Fail : CheckOutcome.Warn);
}
