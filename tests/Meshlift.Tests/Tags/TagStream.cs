using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Tags;

/// <summary>A small rendering with all that tags are made of, in the form of Istio's charts.</summary>
internal static class TagStream
{
    /// <summary>The stream of a revision; <c>default</c> for the control plane without one.</summary>
    public static string Of(string version, string revision, bool forAll = false)
    {
        var suffix = revision == "default" ? "" : "-" + revision;
        var selector = revision == "default" ? "istio: pilot" : $"istio.io/rev: {revision}";
        return $$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: { name: virtualservices.networking.istio.io, labels: { release: istio-{{version}} } }
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: { name: istio-reader-service-account, namespace: istio-system }
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: istio-sidecar-injector{{suffix}}, namespace: istio-system, labels: { istio.io/rev: {{revision}} } }
            data:
              values: |-
                { "sidecarInjectorWebhook": { "enableNamespacesByDefault": {{(forAll ? "true" : "false")}} } }
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: istiod{{suffix}}, namespace: istio-system, labels: { app: istiod, istio.io/rev: {{revision}}, release: istio } }
            spec:
              ports: [ { name: https-dns, port: 15012, protocol: TCP } ]
              selector: { app: istiod, {{selector}} }
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: { name: istio-sidecar-injector{{suffix}}, labels: { app: sidecar-injector, istio.io/rev: {{revision}}, release: istio } }
            webhooks:
            {{Webhook("rev.namespace", suffix, $"{{ key: istio.io/rev, operator: In, values: [{revision}] }}, {{ key: istio-injection, operator: DoesNotExist }}", "{ key: sidecar.istio.io/inject, operator: NotIn, values: [\"false\"] }")}}
            {{Webhook("rev.object", suffix, "{ key: istio.io/rev, operator: DoesNotExist }, { key: istio-injection, operator: DoesNotExist }", $"{{ key: sidecar.istio.io/inject, operator: NotIn, values: [\"false\"] }}, {{ key: istio.io/rev, operator: In, values: [{revision}] }}")}}
            {{(revision == "default" ? Webhook("namespace", suffix, "{ key: istio-injection, operator: In, values: [enabled] }", "{ key: sidecar.istio.io/inject, operator: NotIn, values: [\"false\"] }") : "")}}
            {{(revision == "default" ? Webhook("object", suffix, "{ key: istio-injection, operator: DoesNotExist }, { key: istio.io/rev, operator: DoesNotExist }", "{ key: sidecar.istio.io/inject, operator: In, values: [\"true\"] }, { key: istio.io/rev, operator: DoesNotExist }") : "")}}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: istio-validator{{suffix}}-istio-system, labels: { app: istiod, istio.io/rev: {{revision}} } }
            webhooks:
            - name: rev.validation.istio.io
              clientConfig: { service: { name: istiod{{suffix}}, namespace: istio-system, path: /validate } }
              objectSelector: { matchExpressions: [ { key: istio.io/rev, operator: In, values: [{{revision}}] } ] }
              sideEffects: None
            """;
    }

    /// <summary>The same, classified.</summary>
    public static RenderedRevision Rendered(string version, string revision) => Rendered(Encoding.UTF8.GetBytes(Of(version, revision)), version, revision);

    /// <summary>A stream, cleaned of the fields that are istiod's and classified.</summary>
    public static RenderedRevision Rendered(byte[] stream, string version, string revision)
    {
        var name = RevisionName.Parse(revision);
        var rendering = ClassifiedResource.Of(ManifestSet.Create(ManifestStream.Split(stream, $"{version}.yaml")).Map(Core.Cleaning.WebhookFields.Drop), name);
        return new RenderedRevision(name, IstioVersion.Parse(version), new RenderedFrom("manifests", $"{version}.yaml", "sha256:0"), rendering);
    }

    private static string Webhook(string prefix, string suffix, string ofNamespace, string ofPod) => $$"""
        - name: {{prefix}}.sidecar-injector.istio.io
          clientConfig: { service: { name: istiod{{suffix}}, namespace: istio-system, path: /inject, port: 443 } }
          failurePolicy: Fail
          namespaceSelector: { matchExpressions: [ {{ofNamespace}} ] }
          objectSelector: { matchExpressions: [ {{ofPod}} ] }
          sideEffects: None
        """;
}
