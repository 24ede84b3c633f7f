using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Findings;
using Meshlift.Core.Schemas;

namespace Meshlift.Engine.Checks;

/// <summary>Sums up what was found in documents, in their order.</summary>
/// <param name="baseline">Findings that are not told again; null for none.</param>
/// <param name="settings">What checks weigh in which files.</param>
/// <param name="around">What files say that are not checked themselves.</param>
internal sealed class CheckTally(CheckBaseline? baseline, CheckSettings settings, RepositoryNotes around)
{
    private readonly CheckSettings _settings = settings;
    private readonly Dictionary<string, (int Files, string Reason)> _off = new(StringComparer.Ordinal);
    private (CheckedFile? File, FileWeights Weights) _current = (null, settings.For(null));
    private int _folded;
    private int _switchedOff;
    private readonly ResourceIndex _index = new();
    private readonly RepositoryNotes _notes = around;
    private readonly Dictionary<string, CheckedFile> _files = new(StringComparer.Ordinal);
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

    /// <summary>How much was found so far.</summary>
    public (int Resources, int Findings) Sums => (_resources, _findings.Count);

    public void Add(UserException failure) => _unread.Add(failure);

    /// <summary>Counts what is switched off in a file. Called once for each.</summary>
    public void Begin(CheckedFile file)
    {
        foreach (var (code, reason) in _settings.For(file.BelowMesh).Off)
        {
            var line = OutsideChecks.IsIstioCode(code) ? OutsideChecks.Analyze.Code : code;
            _off[line] = _off.TryGetValue(line, out var known) ? (known.Files + 1, known.Reason) : (1, reason);
        }
    }

    /// <param name="file">The document's file.</param>
    /// <param name="verdict">What was found in it.</param>
    public void Add(CheckedFile file, DocumentVerdict verdict)
    {
        var weights = Weights(file);
        _resources += verdict.Resources.Length;
        _silenced += verdict.Silenced;
        _order.TryAdd(file.ShownAs, _order.Count);
        _files.TryAdd(file.ShownAs, file);
        foreach (var finding in verdict.Findings) Add(file, finding);
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
        foreach (var (rule, reason) in verdict.Unknown) Add(file, rule, reason);
        if (weights.Of(RuleCatalog.Schema) is null) return;
        foreach (var kind in verdict.WithoutSchema) _withoutSchema[kind] = _withoutSchema.GetValueOrDefault(kind) + 1;
        foreach (var one in verdict.Unevaluated) _unevaluated[one] = _unevaluated.GetValueOrDefault(one) + 1;
    }

    /// <summary>Adds what programs beside Meshlift found, after all documents.</summary>
    /// <param name="file">The file; null when it is none of those that are checked.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="isSilenced">True when a comment in the file silences it.</param>
    public void AddOutside(CheckedFile? file, CheckFinding finding, bool isSilenced)
    {
        var isTold = finding.Subject.Length > 0
            && _findings.Exists(own => OutsideChecks.IsSame(finding.Rule.Code, own.Rule.Code) && own.File == finding.File && own.Subject == finding.Subject);
        if (isTold) _folded++;
        else if (isSilenced) _silenced++;
        else Add(file, finding);
    }

    public CheckResult Result(CheckFiles files, ImmutableArray<OutsideVerdict> outside)
    {
        foreach (var rule in RuleCatalog.Across)
            foreach (var hit in rule.Judge(_notes))
                if (!hit.File.IsContext)
                    Add(rule.Info, hit);
        var withoutSchema = _withoutSchema.Values.Sum();
        if (withoutSchema > 0) _unknown[RuleCatalog.Schema.Code] = (withoutSchema, "no schema of their version and kind is known");
        var counts = _findings.CountBy(finding => finding.Rule.Name, StringComparer.Ordinal).ToDictionary(count => count.Key, count => count.Value, StringComparer.Ordinal);
        return new CheckResult(
            [.. RuleCatalog.All.Select(rule => Line(rule, counts.GetValueOrDefault(rule.Name), "")), .. outside.Select(verdict => Line(verdict.Check, counts.GetValueOrDefault(verdict.Check.Name), verdict.NotRun))],
            [.. _findings.OrderBy(finding => _order.GetValueOrDefault(finding.File, int.MaxValue)).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)], _withoutSchema.ToImmutableSortedDictionary(StringComparer.Ordinal),
            [.. _unevaluated.Select(one => new UnevaluatedLine(one.Key.Kind, one.Key.What.Path, one.Key.What.Demand, one.Key.What.Reason, one.Value))
                .OrderBy(line => line.Kind, StringComparer.Ordinal).ThenBy(line => line.Path, StringComparer.Ordinal).ThenBy(line => line.Demand, StringComparer.Ordinal)],
            files.Checked.Length, _resources, _silenced, _inBaseline, [.. files.Unread, .. _unread, .. outside.Select(verdict => verdict.Failure).OfType<UserException>()])
        {
            PassedOver = files.PassedOver,
            Folded = _folded,
            SwitchedOff = _switchedOff,
        };
    }

    private FileWeights Weights(CheckedFile? file)
    {
        if (!ReferenceEquals(file, _current.File)) _current = (file, _settings.For(file?.BelowMesh));
        return _current.Weights;
    }

    private void Add(CheckedFile? file, CheckFinding finding)
    {
        if (Weights(file).Of(finding.Rule) is not { } severity)
        {
            _switchedOff++;
            return;
        }
        if (severity != finding.Rule.Severity) finding = finding with { Rule = finding.Rule with { Severity = severity } };
        if (_baseline?.Takes(finding) == true) _inBaseline++;
        else _findings.Add(finding);
    }

    private void Add(RuleInfo rule, AcrossHit hit)
    {
        var file = _files.GetValueOrDefault(hit.File.ShownAs);
        if (hit.IsUnknown) Add(file, rule, hit.Message);
        else if (hit.IsSilenced) _silenced++;
        else Add(file, new CheckFinding(rule, hit.File.ShownAs, hit.At.Line, hit.At.Column, hit.Subject, hit.Path, hit.Message, hit.Remedy));
    }

    private void Add(CheckedFile? file, RuleInfo rule, string reason)
    {
        if (Weights(file).Of(rule) is not null) _unknown[rule.Code] = _unknown.TryGetValue(rule.Code, out var known) ? (known.Count + 1, known.Reason) : (1, reason);
    }

    private CheckLine Line(RuleInfo rule, int findings, string notRun)
    {
        var (unknown, reason) = _unknown.GetValueOrDefault(rule.Code, (0, notRun));
        var (off, offReason) = _off.GetValueOrDefault(rule.Code, (0, ""));
        var outcome = findings > 0 ? _findings.Exists(finding => finding.Rule.Name == rule.Name && finding.Rule.Severity == Severity.Error) ? CheckOutcome.Fail : CheckOutcome.Warn
            : unknown > 0 || notRun.Length > 0 ? CheckOutcome.Unknown
            : off > 0 ? CheckOutcome.Off : CheckOutcome.Pass;
        return new CheckLine(rule, outcome, findings, unknown, reason) { OffFiles = off, OffReason = offReason, DidNotRun = notRun.Length > 0 };
    }
}
