using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Hooks of Helm and Argo CD that do not run, or never end.</summary>
/// <remarks>helm/helm, pkg/release/hook.go; argoproj/gitops-engine, pkg/sync/hook.</remarks>
internal sealed class HooksRule : Rule
{
    private static readonly Engine[] Engines =
    [
        new("Helm", "helm.sh/hook",
            ["pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "test", "test-success"],
            ["before-hook-creation", "hook-succeeded", "hook-failed"], "helm.sh/hook-weight", "Helm leaves the whole resource out"),
        new("Argo CD", "argocd.argoproj.io/hook",
            ["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"],
            ["BeforeHookCreation", "HookSucceeded", "HookFailed"], "argocd.argoproj.io/sync-wave", "Argo CD applies the resource as any other, at no particular time"),
    ];

    // Sidecars that end with the containers of a Job: the default since Istio 1.27, on nodes of Kubernetes 1.33 or newer.
    private static readonly IstioVersion NativeSidecars = IstioVersion.Parse("1.27.0");

    public override RuleInfo Info { get; } = new("ML3012", "deployment_hooks", Severity.Error, "a hook of Helm or Argo CD that does not run, or never ends");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if ((resource.Root["metadata"] as YamlMapping)?["annotations"] is not YamlMapping annotations) yield break;
        foreach (var engine in Engines)
        {
            if (annotations[engine.Hook] is not YamlScalar { Value.Length: > 0 } hook) continue;
            foreach (var hit in Names(engine, annotations, hook)) yield return hit;
            if (resource.Identity is not { Group: "batch", Kind: "Job" }) continue;
            if (Leftover(engine, resource, annotations) is { } leftover) yield return leftover;
            if (Endless(resource, hook, mesh) is { } endless) yield return endless;
        }
    }

    private static IEnumerable<RuleHit> Names(Engine engine, YamlMapping annotations, YamlScalar hook)
    {
        if (Unknown(hook, engine.Hooks) is { } name) yield return Hit(hook, engine.Hook, $"{engine.Name} knows no hook '{name}'; {engine.Consequence}", $"write one of {string.Join(", ", engine.Hooks)}");
        var policy = annotations[engine.Hook + "-delete-policy"] as YamlScalar;
        if (policy is not null && Unknown(policy, engine.Policies) is { } word) yield return Hit(policy, engine.Hook + "-delete-policy", $"{engine.Name} knows no policy '{word}', and passes over it", $"write one of {string.Join(", ", engine.Policies)}");
        if (annotations[engine.Weight] is YamlScalar weight && !int.TryParse(weight.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            yield return Hit(weight, engine.Weight, $"'{weight.Value}' is no whole number, so it counts as 0", "write a number in quotes, such as \"-5\"");
    }

    /// <summary>A failed Job that stays is in the way of the next one: its name is taken, and its template cannot be changed.</summary>
    private static RuleHit? Leftover(Engine engine, Resource resource, YamlMapping annotations) =>
        engine.Hook == "helm.sh/hook" && annotations[engine.Hook + "-delete-policy"] is YamlScalar { Value: "hook-succeeded" } policy && (resource.Root["spec"] as YamlMapping)?["ttlSecondsAfterFinished"] is null
            ? Hit(policy, engine.Hook + "-delete-policy", "a Job that failed stays, and the next upgrade fails because there is one of this name", "write before-hook-creation,hook-succeeded")
            : null;

    /// <summary>A Job ends when all its containers have; a sidecar that is no native one never does.</summary>
    private static RuleHit? Endless(Resource resource, YamlScalar hook, MeshFacts mesh)
    {
        if (PodTemplate.Of(resource) is not { } pod || pod.Spec["hostNetwork"] is YamlScalar { Value: "true" }) return null;
        var asked = pod.Label(Enrolment.Inject) ?? Annotation(pod, Enrolment.Inject);
        var isKnown = mesh.TryNamespace(resource.Identity.Namespace, out var labels);
        var isInjected = Enrolment.Value(labels, Enrolment.Injection) != "disabled" && asked != "false"
            && (asked == "true" || pod.Label(Enrolment.Revision) is not null || Enrolment.Value(labels, Enrolment.Injection) == "enabled" || Enrolment.Value(labels, Enrolment.Revision) is not null);
        if (!isInjected) return isKnown || asked == "false" ? null : RuleHit.Unknown($"no manifest of the namespace {resource.Identity.Namespace} was seen, so nobody can tell whether the Job gets a sidecar");
        if (pod.Containers().Any(one => Words(one.Container).Any(word => word.Contains("quitquitquit", StringComparison.Ordinal)))) return null;
        var isNative = Annotation(pod, "sidecar.istio.io/nativeSidecar");
        if (isNative == "true") return null;
        if (isNative != "false" && (mesh.Versions.Count == 0 || mesh.Versions.Any(version => version.CompareTo(NativeSidecars) >= 0)))
            return RuleHit.Unknown("whether the sidecar of a Job ends depends on the version of the nodes");
        return new RuleHit(hook.Span?.Start, "spec.template", "the Job gets a sidecar that does not end, so the hook never does", "label its pods sidecar.istio.io/inject: \"false\", or annotate them sidecar.istio.io/nativeSidecar: \"true\"");
    }

    private static IEnumerable<string> Words(YamlMapping container) =>
        ((string[])["command", "args"]).SelectMany(list => (container[list] as YamlSequence)?.Items.OfType<YamlScalar>() ?? []).Select(word => word.Value);

    private static string? Annotation(PodTemplate pod, string key) => ((pod.Metadata?["annotations"] as YamlMapping)?[key] as YamlScalar)?.Value;

    private static string? Unknown(YamlScalar list, string[] known) =>
        list.Value.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(word => word.Length > 0 && !known.Contains(word, StringComparer.Ordinal));

    private static RuleHit Hit(YamlScalar at, string key, string message, string remedy) => new(at.Span?.Start, $"metadata.annotations[\"{key}\"]", message, remedy);

    private sealed record Engine(string Name, string Hook, string[] Hooks, string[] Policies, string Weight, string Consequence);
}
