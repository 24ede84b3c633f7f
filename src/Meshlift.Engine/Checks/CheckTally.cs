using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Findings;
using Meshlift.Core.Schemas;

namespace Meshlift.Engine.Checks;

/// <summary>Sums up what was found in documents, in their order.</summary>
/// <param name="baseline">Findings that are not told again; null for none.</param>
/// <param name="around">What files say that are not checked themselves.</param>
internal sealed class CheckTally(CheckBaseline? baseline, RepositoryNotes around)
{
    private readonly ResourceIndex _index = new();
    private readonly RepositoryNotes _notes = around;
    private readonly Dictionary<string, int> _order = new(StringComparer.Ordinal);
    private FileScope? _scope;
    private readonly List<CheckFinding> _findings = [];
    private readonly List<UserException> _unread = [];
    private readonly Dictionary<string, (int Count, string Reason)> _unknown = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _withoutSchema = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, Unevaluated What), int> _unevaluated = [];
    private readonly CheckBaseline? _baseline = baseline;
    private int _resources;
    private int _silenced;
    private int _inBaseline;

    public void Add(UserException failure) => _unread.Add(failure);

    /// <param name="file">The document's file.</param>
    /// <param name="verdict">What was found in it.</param>
    public void Add(CheckedFile file, DocumentVerdict verdict)
    {
        _resources += verdict.Resources.Length;
        _silenced += verdict.Silenced;
        _order.TryAdd(file.ShownAs, _order.Count);
        foreach (var finding in verdict.Findings) Add(finding);
        // What stands by is the same resource as the one in charge, and never applied.
        if (!file.StandsBy)
        {
            if (_scope?.ShownAs != file.ShownAs) _scope = new FileScope(file.ShownAs, file.Cluster, file.Together);
            foreach (var resource in verdict.Resources)
            {
                _notes.Add(_scope, resource);
                if (_index.Add(_scope, resource) is { } twice) Add(twice.Rule, twice.Hit);
            }
            foreach (var note in verdict.Notes) _notes.Add(_scope, note);
        }
        foreach (var (rule, reason) in verdict.Unknown) Add(rule, reason);
        foreach (var kind in verdict.WithoutSchema) _withoutSchema[kind] = _withoutSchema.GetValueOrDefault(kind) + 1;
        foreach (var one in verdict.Unevaluated) _unevaluated[one] = _unevaluated.GetValueOrDefault(one) + 1;
    }

    public CheckResult Result(int files)
    {
        foreach (var rule in RuleCatalog.Across)
            foreach (var hit in rule.Judge(_notes))
                if (!hit.File.IsContext)
                    Add(rule.Info, hit);
        var withoutSchema = _withoutSchema.Values.Sum();
        if (withoutSchema > 0) _unknown[RuleCatalog.Schema.Code] = (withoutSchema, "no schema of their version and kind is known");
        var counts = _findings.CountBy(finding => finding.Rule.Code, StringComparer.Ordinal).ToDictionary(count => count.Key, count => count.Value, StringComparer.Ordinal);
        return new CheckResult(
            [.. RuleCatalog.All.Select(rule => Line(rule, counts.GetValueOrDefault(rule.Code)))], [.. _findings.OrderBy(finding => _order.GetValueOrDefault(finding.File)).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)], _withoutSchema.ToImmutableSortedDictionary(StringComparer.Ordinal),
            [.. _unevaluated.Select(one => new UnevaluatedLine(one.Key.Kind, one.Key.What.Path, one.Key.What.Demand, one.Key.What.Reason, one.Value))
                .OrderBy(line => line.Kind, StringComparer.Ordinal).ThenBy(line => line.Path, StringComparer.Ordinal).ThenBy(line => line.Demand, StringComparer.Ordinal)],
            files, _resources, _silenced, _inBaseline, [.. _unread]);
    }

    private void Add(CheckFinding finding)
    {
        if (_baseline?.Takes(finding) == true) _inBaseline++;
        else _findings.Add(finding);
    }

    private void Add(RuleInfo rule, AcrossHit hit)
    {
        if (hit.IsUnknown) Add(rule, hit.Message);
        else if (hit.IsSilenced) _silenced++;
        else Add(new CheckFinding(rule, hit.File.ShownAs, hit.At.Line, hit.At.Column, hit.Subject, hit.Path, hit.Message, hit.Remedy));
    }

    private void Add(RuleInfo rule, string reason) => _unknown[rule.Code] = _unknown.TryGetValue(rule.Code, out var known) ? (known.Count + 1, known.Reason) : (1, reason);

    private CheckLine Line(RuleInfo rule, int findings)
    {
        var (unknown, reason) = _unknown.GetValueOrDefault(rule.Code, (0, ""));
        var outcome = findings > 0 ? rule.Severity == Severity.Error ? CheckOutcome.Fail : CheckOutcome.Warn : unknown > 0 ? CheckOutcome.Unknown : CheckOutcome.Pass;
        return new CheckLine(rule, outcome, findings, unknown, reason);
    }
}
