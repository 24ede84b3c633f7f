using System.Text.Json;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>Where a rule answers to a message of Istio's analyzers, it finds what these find; docs/rules/README.md says the same to users.</summary>
public sealed class AnalyzerAgreementTests
{
    /// <summary>Every message that Istio's own tests expect, by analyzer: the rules that answer to it, or why none does.</summary>
    private static readonly (string Code, string Analyzer, string[] Rules, string Why)[] Table =
    [
        ("IST0108", "annotations.K8sAnalyzer", ["ML3003"], ""),
        ("IST0123", "injection.Analyzer", ["ML4001"], ""),
        ("IST0139", "webhook.Analyzer", ["ML1114", "ML1115"], "two webhooks that overlap are told once, at the second one; Istio tells both"),
        ("IST0101", "virtualservice.DestinationRuleAnalyzer", ["ML2004"], ""),
        ("IST0002", "deprecation.FieldAnalyzer", [], "fields that are gone are ML1101, against the CRDs of the target version"),
        ("IST0101", "gateway.SecretAnalyzer", [], "Secrets of gateways do not stand in Git, or encrypted elsewhere"),
        ("IST0101", "sidecar.SelectorAnalyzer", [], "whether pods exist is a question to the cluster; joined in from istioctl"),
        ("IST0101", "telemetry.SelectorAnalyzer", [], "as for Sidecars"),
        ("IST0101", "virtualservice.GatewayAnalyzer", [], "gateways often stand in another team's repository; joined in from istioctl"),
        ("IST0102", "injection.Analyzer", [], "a namespace without a mesh is no fault"),
        ("IST0103", "injection.Analyzer", [], "a bare pod in a file has no proxy before it is created"),
        ("IST0107", "annotations.K8sAnalyzer", [], "an annotation at the wrong kind does nothing, and is known to Istio; joined in from istioctl"),
        ("IST0109", "virtualservice.ConflictingMeshGatewayHostsAnalyzer", [], "joined in from istioctl"),
        ("IST0110", "sidecar.SelectorAnalyzer", [], "joined in from istioctl"),
        ("IST0125", "annotations.K8sAnalyzer", [], "of the values of annotations ML3004 looks at ports, for which injection is refused; a wrong delay of a probe is passed over"),
        ("IST0128", "destinationrule.CaCertificateAnalyzer", [], "joined in from istioctl"),
        ("IST0129", "destinationrule.CaCertificateAnalyzer", [], "joined in from istioctl"),
        ("IST0130", "schemaValidation.CollectionValidationAnalyzer", [], "joined in from istioctl"),
        ("IST0131", "schemaValidation.CollectionValidationAnalyzer", [], "joined in from istioctl"),
        ("IST0132", "virtualservice.GatewayAnalyzer", [], "joined in from istioctl"),
        ("IST0134", "serviceentry.ProtocolAddressesAnalyzer", [], "depends on a setting of the mesh"),
        ("IST0135", "annotations.K8sAnalyzer", [], "an annotation that still works is no fault"),
        ("IST0138", "gateway.CertificateAnalyzer", [], "compares the content of Secrets"),
        ("IST0144", "deployment.ApplicationUIDAnalyzer", [], "joined in from istioctl"),
        ("IST0145", "gateway.ConflictingGatewayAnalyzer", [], "joined in from istioctl"),
        ("IST0148", "injection.Analyzer", [], "depends on a setting of the injector"),
        ("IST0149", "virtualservice.JWTClaimRouteAnalyzer", [], "joined in from istioctl"),
        ("IST0151", "envoyfilter.EnvoyPatchAnalyzer", [], "joined in from istioctl"),
        ("IST0153", "envoyfilter.EnvoyPatchAnalyzer", [], "joined in from istioctl"),
        ("IST0154", "envoyfilter.EnvoyPatchAnalyzer", [], "joined in from istioctl"),
        ("IST0157", "telemetry.ProviderAnalyzer", [], "depends on a setting of the mesh"),
        ("IST0158", "injection.ImageAnalyzer", [], "compares running pods"),
        ("IST0159", "telemetry.SelectorAnalyzer", [], "joined in from istioctl"),
        ("IST0162", "gateway.IngressGatewayPortAnalyzer", [], "joined in from istioctl"),
        ("IST0163", "externalcontrolplane.ExternalControlPlaneAnalyzer", [], "joined in from istioctl"),
        ("IST0164", "externalcontrolplane.ExternalControlPlaneAnalyzer", [], "joined in from istioctl"),
        ("IST0171", "conditions.ConditionAnalyzer", [], "the status of an object stands in no file"),
    ];

    [IstioDataFact]
    public void A_rule_finds_what_the_analyzer_finds_in_every_case()
    {
        var differences = new List<string>();
        foreach (var (name, analyzer, files, expected) in Cases())
        {
            foreach (var code in expected.Select(one => one.Code).Where(code => !Table.Any(row => row.Code == code && analyzer.Contains(row.Analyzer, StringComparison.Ordinal))))
                differences.Add($"{name}: {code} of {analyzer} is in no row of the table");
            var rules = Table.Where(row => analyzer.Contains(row.Analyzer, StringComparison.Ordinal)).SelectMany(row => row.Rules).ToHashSet(StringComparer.Ordinal);
            if (rules.Count == 0) continue;
            var answered = Table.Where(row => row.Rules.Length > 0 && analyzer.Contains(row.Analyzer, StringComparison.Ordinal)).Select(row => row.Code).ToHashSet(StringComparer.Ordinal);
            var wanted = expected.Where(one => answered.Contains(one.Code)).Select(one => one.Origin).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            var found = CheckRun.Run(new CheckRequest([.. files], null, [], null), default).Findings
                .Where(finding => rules.Contains(finding.Rule.Code)).Select(finding => finding.Subject.Replace(".networking.istio.io", "", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            if (!wanted.SequenceEqual(found)) differences.Add($"{name}: expected {string.Join(", ", wanted)}; found {string.Join(", ", found)}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public void What_the_rules_answer_to_is_told_to_users()
    {
        var page = RulePage.Overview();
        foreach (var row in Table)
        {
            Assert.True(row.Rules.Length > 0 || row.Why.Length > 0, row.Code);
            Assert.Contains(row.Code, page, StringComparison.Ordinal);
            foreach (var rule in row.Rules) Assert.Contains(rule, page, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Name, string Analyzer, List<string> Files, List<(string Code, string Origin)> Expected)> Cases()
    {
        using var document = JsonDocument.Parse(IstioData.Read("samples/analyze/1.30.3/expected-messages.json"));
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return (
                one.GetProperty("case").GetString()!, one.GetProperty("analyzer").GetString()!,
                [.. one.GetProperty("inputFiles").EnumerateArray().Select(file => Path.Combine(IstioData.Folder!, "samples", "analyze", "1.30.3", file.GetString()!))],
                [.. one.GetProperty("expected").EnumerateArray().Select(message => (message.GetProperty("code").GetString()!, message.GetProperty("origin").GetString()!))]);
        }
    }
}
