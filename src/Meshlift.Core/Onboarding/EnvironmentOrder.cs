using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Onboarding;

/// <summary>Puts clusters into environments by what they are called, the least dear first.</summary>
internal static class EnvironmentOrder
{
    private const string Last = "production";

    // Each word for a stage, in the order of an upgrade; the first of a line is the name of an environment of several clusters.
    private static readonly string[][] Stages =
    [
        ["testing", "test", "ci", "sandbox", "playground", "lab"],
        ["dev", "development", "integration"],
        ["qa", "acceptance", "uat"],
        ["preprod", "staging", "stage", "preproduction", "canary"],
        [Last, "prod", "live"],
    ];

    public static ImmutableArray<DraftEnvironment> Of(IEnumerable<NamedCluster> clusters) =>
    [
        .. clusters.GroupBy(StageOf).OrderBy(group => group.Key)
            .Select(group => new DraftEnvironment(group.ToList() is [var only] && IsStage(only.Name) ? only.Name : Stages[group.Key][0], [.. group])),
    ];

    /// <summary>A text as a DNS label; empty when nothing of it can stand in one.</summary>
    public static string Label(string text)
    {
        var label = new StringBuilder();
        foreach (var c in text.ToLowerInvariant()) label.Append(char.IsAsciiLetterOrDigit(c) ? c : '-');
        var name = label.ToString().Trim('-');
        name = name.Length > 63 ? name[..63].Trim('-') : name;
        return KubernetesSyntax.IsDnsLabel(name) ? name : "";
    }

    private static int StageOf(NamedCluster cluster)
    {
        var words = $"{cluster.Name}-{cluster.Path.Value}".Split(['-', '/', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
        var stage = Array.FindIndex(Stages, stage => words.Any(word => stage.Contains(word, StringComparer.Ordinal)));
        return stage < 0 ? Stages.Length - 1 : stage;
    }

    private static bool IsStage(string name) => Stages.Any(stage => stage.Contains(name, StringComparer.Ordinal));
}
