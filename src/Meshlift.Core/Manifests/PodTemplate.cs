using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Manifests;

/// <summary>The pods that a workload makes.</summary>
/// <param name="Metadata">Labels and annotations of the pods; null when there are none.</param>
/// <param name="Spec">Their spec.</param>
/// <param name="Path">Where metadata and spec stand: empty for a bare pod, else with a dot at its end.</param>
public sealed record PodTemplate(YamlMapping? Metadata, YamlMapping Spec, string Path)
{
    /// <summary>The pods of a resource; null when it is no workload.</summary>
    public static PodTemplate? Of(Resource resource) => (resource.Identity.Group, resource.Identity.Kind) switch
    {
        ("", "Pod") => At(resource.Root, ""),
        ("apps", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") or ("extensions", "Deployment" or "DaemonSet") or ("batch", "Job") or ("argoproj.io", "Rollout")
            or ("", "ReplicationController") => At(resource.Root, "spec.template."),
        ("batch", "CronJob") => At(resource.Root, "spec.jobTemplate.spec.template."),
        _ => null,
    };

    /// <summary>A label of the pods; null when it is not there.</summary>
    public string? Label(string key) => ((Metadata?["labels"] as YamlMapping)?[key] as YamlScalar)?.Value;

    /// <summary>The containers, those that start the pod included.</summary>
    public IEnumerable<(YamlMapping Container, string Path, bool IsInit)> Containers()
    {
        foreach (var list in (string[])["initContainers", "containers"])
            if (Spec[list] is YamlSequence containers)
                for (var i = 0; i < containers.Items.Length; i++)
                    if (containers.Items[i] is YamlMapping container)
                        yield return (container, string.Create(CultureInfo.InvariantCulture, $"{Path}spec.{list}[{i}]"), list == "initContainers");
    }

    private static PodTemplate? At(YamlMapping root, string path)
    {
        YamlMapping? here = root;
        foreach (var key in path.Split('.', StringSplitOptions.RemoveEmptyEntries)) here = here?[key] as YamlMapping;
        return here?["spec"] is YamlMapping spec ? new PodTemplate(here["metadata"] as YamlMapping, spec, path) : null;
    }
}
