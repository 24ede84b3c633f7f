using System.Collections.Frozen;
using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks;

/// <summary>What checks weigh in one file.</summary>
/// <param name="weights">By the code of the check, or of a message of istioctl.</param>
public sealed class FileWeights(IReadOnlyDictionary<string, CheckSetting> weights)
{
    /// <summary>The checks that are switched off, by their code, each with its reason.</summary>
    public IEnumerable<(string Code, string Reason)> Off => weights.Where(one => one.Value.Severity is null).Select(one => (one.Key, one.Value.Reason ?? ""));

    /// <summary>What a check weighs.</summary>
    /// <param name="rule">The check, or the message of a program beside Meshlift, whose code is its own and whose name is that of the check.</param>
    /// <returns>Its severity; null when it is switched off.</returns>
    public Severity? Of(RuleInfo rule) => (weights.GetValueOrDefault(rule.Code) ?? weights.GetValueOrDefault(rule.Name)) is { } setting ? setting.Severity : rule.Severity;
}

/// <summary>What checks weigh in which files: <c>spec.checks.rules</c>.</summary>
public sealed class CheckSettings
{
    private static readonly FrozenDictionary<string, string> Codes = RuleCatalog.All.ToFrozenDictionary(rule => rule.Name, rule => rule.Code, StringComparer.Ordinal);
    private static readonly FileWeights Usual = new(FrozenDictionary<string, CheckSetting>.Empty);
    private readonly ImmutableArray<CheckSetting> _settings;

    /// <summary>Settings in the order of the configuration: the last one that matches counts.</summary>
    public CheckSettings(ImmutableArray<CheckSetting> settings) => _settings = settings;

    /// <summary>What checks weigh in a file.</summary>
    /// <param name="path">The file, from the folder of the configuration; null when it lies elsewhere, where no setting reaches.</param>
    public FileWeights For(string? path)
    {
        if (_settings.IsEmpty || path is null) return Usual;
        var weights = new Dictionary<string, CheckSetting>(StringComparer.Ordinal);
        foreach (var setting in _settings)
            if (setting.Paths.IsEmpty || PathGlob.Matches(setting.Paths, path))
                weights[Codes.GetValueOrDefault(setting.Rule, setting.Rule)] = setting;
        return weights.Count == 0 ? Usual : new FileWeights(weights);
    }
}
