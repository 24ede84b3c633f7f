using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Yaml;

namespace Meshlift.Core.Restarting;

/// <summary>What a restart leaves: annotations of the pod template, which make the workload's own controller replace its pods.</summary>
/// <remarks>They are all that Meshlift owns of a workload. <c>FieldsOfOthers</c> knows them, so that they are no drift.</remarks>
public static class RestartMark
{
    /// <summary>The annotation that says when.</summary>
    public const string At = "meshlift.dev/restartedAt";

    /// <summary>The annotation that says for which proxy: a rollout that leads to another one is not the one that is wanted.</summary>
    public const string For = "meshlift.dev/restartedFor";

    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The annotations that are needed of a workload.</summary>
    public static ImmutableArray<string> Annotations { get; } = [At, For];

    /// <summary>When the workload was restarted last; null when it never was, or the annotation is no time.</summary>
    public static DateTimeOffset? TimeOf(WorkloadItem workload) =>
        DateTimeOffset.TryParseExact(workload.Template.Annotations[At], Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A time as the annotation has it.</summary>
    public static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>What is applied to restart a workload, and nothing else of it.</summary>
    /// <param name="uid">Its identity: neither a successor of the same name is restarted, nor is anything made where it is gone.</param>
    /// <param name="version">Its resourceVersion: what changed since it was judged is judged anew.</param>
    /// <param name="at">When; from <see cref="TextOf"/>.</param>
    /// <param name="target">For which proxy.</param>
    public static YamlMapping Patch(string uid, string version, string at, string target) => YamlMapping.Of(
        ("metadata", YamlMapping.Of(("uid", uid), ("resourceVersion", version))),
        ("spec", YamlMapping.Of(("template", YamlMapping.Of(("metadata", YamlMapping.Of(("annotations", YamlMapping.Of((At, at), (For, target))))))))));
}
