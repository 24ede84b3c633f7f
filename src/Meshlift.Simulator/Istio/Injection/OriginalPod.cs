using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Istio.Injection;

/// <summary>A pod as its author wrote it: what an injection before has put in is taken out again.</summary>
/// <remarks>A sidecar that is committed to Git, and a pod for which two webhooks answer, meet istiod a second time; it then begins anew (istio pkg/kube/inject, reinjection).</remarks>
/// <param name="Own">The author's own containers of names that istiod uses, by list.</param>
internal sealed record OriginalPod(IReadOnlyList<(string List, JsonObject Container)> Own)
{
    /// <summary>What injection writes down of containers that the author brought along.</summary>
    public const string Overrides = "proxy.istio.io/overrides";

    private static readonly string[] Lists = ["containers", "initContainers"];
    private static readonly string[] Names = [InjectionLabels.ProxyContainer, "istio-init", "istio-validation"];

    /// <summary>The image that the author's own proxy container asks for; null when there is none.</summary>
    public string? ProxyImage => Own.FirstOrDefault(own => own.Container.Text("name") == InjectionLabels.ProxyContainer).Container?.Text("image");

    /// <summary>Takes the containers with istiod's names out of a pod, and whatever an injection before has added.</summary>
    public static OriginalPod Of(JsonObject metadata, JsonObject spec)
    {
        var own = new List<(string, JsonObject)>();
        var annotations = metadata["annotations"] as JsonObject;
        var before = Parse(annotations?.Text(InjectionLabels.Status));
        var kept = Parse(annotations?.Text(Overrides));
        foreach (var list in Lists)
        {
            if (kept is not null) own.AddRange(kept.Items(list).OfType<JsonObject>().Select(container => (list, container.DeepClone().AsObject())));
            else if (before is null) own.AddRange(spec.Items(list).OfType<JsonObject>().Where(container => Names.Contains(container.Text("name"), StringComparer.Ordinal)).Select(container => (list, container.DeepClone().AsObject())));
        }
        if (before is not null)
            foreach (var list in (string[])[.. Lists, "volumes"])
                Remove(spec, list, before.Texts(list));
        return new OriginalPod(own);
    }

    /// <summary>Removes items of a list by their names.</summary>
    public static void Remove(JsonObject spec, string list, IEnumerable<string> names)
    {
        if (spec[list] is not JsonArray items) return;
        var gone = names.ToHashSet(StringComparer.Ordinal);
        foreach (var item in items.OfType<JsonObject>().Where(item => item.Text("name") is { } name && gone.Contains(name)).ToList()) items.Remove(item);
    }

    /// <summary>The author's own containers as they are written down; null for none. An image that was to be filled in is left out.</summary>
    public string? Written()
    {
        if (Own.Count == 0) return null;
        var written = new JsonObject();
        foreach (var (list, container) in Own)
        {
            var copy = container.DeepClone().AsObject();
            if (copy.Text("image") == "auto") copy.Remove("image");
            if (written[list] is not JsonArray items) written[list] = items = [];
            items.Add(copy);
        }
        return written.ToJsonString();
    }

    private static JsonObject? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            // Anyone can write an annotation; one that is no JSON says nothing.
            return null;
        }
    }
}
