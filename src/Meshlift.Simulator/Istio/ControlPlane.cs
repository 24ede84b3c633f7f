using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Core.Versions;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Istio;

/// <summary>What one revision's istiod knows besides what <see cref="InjectorConfig"/> says.</summary>
/// <param name="Injector">What it injects.</param>
/// <param name="Namespace">Where it runs.</param>
/// <param name="Values">The values it was installed with, <c>data.values</c> of its injector ConfigMap; empty when they are no JSON object.</param>
/// <param name="NativeSidecars">Its setting ENABLE_NATIVE_SIDECARS; null when it is not set.</param>
internal sealed record ControlPlane(InjectorConfig Injector, string Namespace, JsonObject Values, string? NativeSidecars)
{
    // Kubelets from here on run sidecars of their own kind in their stable form (istio pilot/pkg/features, DetectNativeSidecar).
    private const int FirstStableMinor = 33;

    public string Revision => Injector.Revision;

    /// <summary>The name of its Service.</summary>
    public string Service => Revision == "default" ? "istiod" : $"istiod-{Revision}";

    /// <summary>True when a CNI plugin redirects traffic, so that pods need not do it themselves.</summary>
    public bool HasCni => IsTrue(Values.At("pilot.cni.enabled")) || IsTrue(Values.At("istio_cni.enabled"));

    /// <summary>Reads the values; what is no JSON object says nothing.</summary>
    public static JsonObject ReadValues(string? text)
    {
        try
        {
            return text is null ? [] : JsonRead.Parse(System.Text.Encoding.UTF8.GetBytes(text)) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Whether its sidecars are init containers that stay, for pods that say nothing themselves.</summary>
    /// <remarks>The setting is false by default through 1.26, and <c>auto</c> from 1.27 on.</remarks>
    /// <param name="kubelets">The versions of the nodes.</param>
    public bool IsNative(IEnumerable<string> kubelets) =>
        (NativeSidecars ?? (IstioVersion.TryParse(Injector.Image.Tag.Split('-')[0], out var version) && (version.Major, version.Minor).CompareTo((1, 27)) < 0 ? "false" : "auto")) switch
        {
            "auto" => kubelets.All(version => Minor(version) >= FirstStableMinor),
            var set => set.Equals("true", StringComparison.OrdinalIgnoreCase) || set == "1",
        };

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static int Minor(string version) => version.Split('.') is [_, var minor, ..] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
