using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Findings;

namespace Meshlift.Engine.Checks;

/// <summary>How a check ended.</summary>
public enum CheckOutcome
{
    /// <summary>Everything was looked at, and nothing is wrong.</summary>
    Pass,
    /// <summary>Nothing is wrong in what was looked at, and for some files the configuration switches it off.</summary>
    Off,
    /// <summary>Nothing is wrong in what was looked at, and something could not be looked at.</summary>
    Unknown,
    /// <summary>Something is probably wrong.</summary>
    Warn,
    /// <summary>Something is wrong.</summary>
    Fail,
}

/// <summary>One line of the summary.</summary>
/// <param name="Rule">The check.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Findings">How many findings it has.</param>
/// <param name="Unknown">For how many resources it could not be evaluated.</param>
/// <param name="Reason">Why it could not be evaluated, the first reason of several; empty when it could.</param>
public sealed record CheckLine(RuleInfo Rule, CheckOutcome Outcome, int Findings, int Unknown, string Reason)
{
    /// <summary>For how many files the configuration switches it off.</summary>
    public int OffFiles { get; init; }

    /// <summary>Why it is switched off, the first reason of several; empty when it is not.</summary>
    public string OffReason { get; init; } = "";

    /// <summary>True when the program that makes it did not run, so that nobody looked; <see cref="Reason"/> says why.</summary>
    public bool DidNotRun { get; init; }
}

/// <summary>How many files were passed over, because they hold no whole resources.</summary>
/// <param name="HelmTemplates">Templates of charts, which only Helm can read.</param>
/// <param name="KustomizePatches">Patches that a kustomization.yaml names.</param>
public readonly record struct PassedOver(int HelmTemplates, int KustomizePatches);

/// <summary>A demand of a schema that nobody looked at.</summary>
/// <param name="Kind">Version and kind.</param>
/// <param name="Path">The field.</param>
/// <param name="Demand">What is demanded.</param>
/// <param name="Reason">Why nobody looked.</param>
/// <param name="Resources">In how many resources.</param>
public sealed record UnevaluatedLine(string Kind, string Path, string Demand, string Reason, int Resources);

/// <summary>What was found.</summary>
/// <param name="Checks">One line for each check.</param>
/// <param name="Findings">In the order of the files and the places in them.</param>
/// <param name="WithoutSchema">How many resources of which version and kind were not held against a schema.</param>
/// <param name="Unevaluated">Demands of schemas that nobody looked at: CEL rules.</param>
/// <param name="Files">How many files were read.</param>
/// <param name="Resources">How many resources they hold.</param>
/// <param name="Silenced">How many findings comments silence.</param>
/// <param name="InBaseline">How many findings the baseline holds.</param>
/// <param name="Unread">Files that could not be read.</param>
public sealed record CheckResult(
    ImmutableArray<CheckLine> Checks, ImmutableArray<CheckFinding> Findings, ImmutableSortedDictionary<string, int> WithoutSchema, ImmutableArray<UnevaluatedLine> Unevaluated,
    int Files, int Resources, int Silenced, int InBaseline, ImmutableArray<UserException> Unread)
{
    /// <summary>Files that hold no whole resources.</summary>
    public PassedOver PassedOver { get; init; }

    /// <summary>How many findings of programs beside Meshlift say what a finding of its own says already.</summary>
    public int Folded { get; init; }

    /// <summary>How many findings are of checks that the configuration switches off in their files.</summary>
    public int SwitchedOff { get; init; }

    /// <summary>True when a finding is an error.</summary>
    public bool HasErrors => Findings.Any(finding => finding.Rule.Severity == Severity.Error);
}
