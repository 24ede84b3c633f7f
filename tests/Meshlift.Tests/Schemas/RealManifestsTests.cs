using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;

namespace Meshlift.Tests.Schemas;

/// <summary>What Istio's own renderers print, and its samples, have no fault by the schemas of their time.</summary>
public sealed class RealManifestsTests
{
    /// <summary>Inputs of analyzers and overlays that their authors made wrong, with the number of faults; each was read.</summary>
    private static readonly Dictionary<string, int> Wrong = new(StringComparer.Ordinal)
    {
        ["goldens/1.30.3/output/autoscaling_ingress_v2.golden.yaml"] = 2, // metrics of autoscaling/v2 without a type
        ["goldens/1.30.3/output/pilot_override_kubernetes.golden.yaml"] = 1, // an overlay puts a spec into a ServiceAccount
        ["samples/analyze/1.30.3/testdata/condition-analyzer.yaml"] = 1, // a ServiceEntry without spec
        ["samples/analyze/1.30.3/testdata/conflicting-gateways-invalid-port.yaml"] = 2, // servers without a port, on purpose
        ["samples/analyze/1.30.3/testdata/deprecation.yaml"] = 2, // fields that were removed, on purpose
        ["samples/analyze/1.30.3/testdata/envoy-filter-add-operation.yaml"] = 2, // match.app, which never was
        ["samples/analyze/1.30.3/testdata/envoy-filter-remove-operation.yaml"] = 3, // keys that are indented too little, and so null
        ["samples/analyze/1.30.3/testdata/externalcontrolplane-missing-urls-custom-ns.yaml"] = 6, // webhooks without sideEffects
        ["samples/analyze/1.30.3/testdata/externalcontrolplane-missing-urls.yaml"] = 6,
        ["samples/analyze/1.30.3/testdata/externalcontrolplane-using-ip-addr.yaml"] = 6,
        ["samples/analyze/1.30.3/testdata/externalcontrolplane-valid-urls-custom-ns.yaml"] = 6,
        ["samples/analyze/1.30.3/testdata/misannotated.yaml"] = 3, // a path of an Ingress in the form of v1beta1
        ["samples/analyze/1.30.3/testdata/webhook.yaml"] = 2, // webhooks without sideEffects
    };

    public static TheoryData<string> Versions() => [.. new[] { "1.9.9", "1.10.6", "1.11.8", "1.28.10", "1.29.6", "1.30.3" }];

    [IstioDataTheory]
    [MemberData(nameof(Versions))]
    public void What_istio_publishes_is_valid(string version)
    {
        // Kubernetes 1.28 is the oldest whose schemas are there; what it has removed since 1.9's time has no schema, and is not checked.
        var schemas = SchemaSet.Create([.. RealSchemas.Istio(version), .. RealSchemas.Kubernetes(version.StartsWith("1.2", StringComparison.Ordinal) || version == "1.30.3" ? "1.35.0" : "1.28.0")]);
        var (found, checkedResources) = (new List<string>(), 0);
        foreach (var file in IstioData.YamlFiles.Where(file => file.Contains(version, StringComparison.Ordinal) && !file.StartsWith("operators/", StringComparison.Ordinal)))
        {
            var violations = new List<string>();
            foreach (var resource in Resources(file))
            {
                if (RealSchemas.Violations(schemas, resource) is not { } some) continue;
                checkedResources++;
                violations.AddRange(some);
            }
            if (violations.Count != Wrong.GetValueOrDefault(file)) found.AddRange(violations.Prepend($"{file}: {violations.Count}"));
        }
        Assert.True(checkedResources > 50, $"{checkedResources} resources were checked");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [IstioDataFact]
    public void Crds_and_kubernetes_types_are_read()
    {
        Assert.True(RealSchemas.Istio("1.30.3").Length >= 15);
        Assert.Contains(RealSchemas.Kubernetes("1.35.0"), type => type is { Group: "apps", Version: "v1", Kind: "Deployment" });
    }

    private static ImmutableArray<Resource> Resources(string file)
    {
        try
        {
            return ManifestStream.Split(IstioData.Read(file), file);
        }
        catch (UserException)
        {
            // Values files, inputs of istioctl, and streams that are wrong on purpose.
            return [];
        }
    }
}
