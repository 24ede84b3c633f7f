using Meshlift.Yaml;

namespace Meshlift.Core.Injection;

/// <summary>The image of a proxy that a pod is to have.</summary>
/// <param name="Image">The reference.</param>
/// <param name="Override">What sets it against the control plane's own; null when nothing does.</param>
public sealed record ExpectedImage(string Image, string? Override);

/// <summary>The parts from which a control plane composes the image of proxies (<c>.Values.global</c>).</summary>
/// <param name="Hub">Registry and path, without the name.</param>
/// <param name="Name">The name; a whole reference when it has a slash.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Variant">The flavour for pods that ask for none; empty for the plain one.</param>
public sealed record ProxyImage(string Hub, string Name, string Tag, string Variant)
{
    private const string StandardName = "proxyv2";

    // Flavours that Istio publishes; one of them at the end of a tag is replaced, not added to (pkg/kube/inject, KnownImageTypes).
    private static readonly string[] Published = ["distroless", "debug"];

    /// <summary>Reads <c>.Values.global</c>.</summary>
    public static ProxyImage Read(YamlMapping? global) =>
        new(Text(global?["hub"]) ?? "", Text((global?["proxy"] as YamlMapping)?["image"]) is { Length: > 0 } name ? name : StandardName, (global?["tag"] as YamlScalar)?.Value ?? "", Text(global?["variant"]) ?? "");

    /// <summary>The image for a pod.</summary>
    /// <remarks>The templates take an annotation or a value with a slash in it as the whole reference; otherwise hub, name and tag with the flavour are put together (pkg/kube/inject, ProxyImage).</remarks>
    public ExpectedImage For(PodRequest pod)
    {
        if (pod.ProxyImage is { Length: > 0 } own && own != "auto") return new ExpectedImage(own, $"the image of its own container {InjectionLabels.ProxyContainer}");
        if (pod.Annotations[InjectionLabels.ProxyImage] is { } named && named.Contains('/', StringComparison.Ordinal)) return new ExpectedImage(named, InjectionLabels.ProxyImage);
        if (Name.Contains('/', StringComparison.Ordinal)) return new ExpectedImage(Name, null);
        var asked = pod.Annotations[InjectionLabels.ProxyImageType];
        return new ExpectedImage($"{Hub}/{Name}:{TagOf(asked ?? Variant)}", asked is null ? null : InjectionLabels.ProxyImageType);
    }

    private string TagOf(string type)
    {
        if (type.Length == 0) return Tag;
        var known = Array.Find(Published, one => Tag.EndsWith("-" + one, StringComparison.Ordinal));
        var bare = known is null ? Tag : Tag[..^(known.Length + 1)];
        return type == "default" ? bare : $"{bare}-{type}";
    }

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.AsString;
}
