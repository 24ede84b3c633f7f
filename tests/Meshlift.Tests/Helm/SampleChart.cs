using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Meshlift.Tests.Helm;

/// <summary>A chart of the tests' own, in the structure of Istio's.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ReleaseFolder">Where a release's archive holds it below <c>manifests/charts</c>.</param>
/// <param name="Files">Its files, by path.</param>
internal sealed record SampleChart(string Name, string ReleaseFolder, SortedDictionary<string, string> Files)
{
    public const string Version = "1.30.3";

    /// <summary>All five, of one version.</summary>
    public static SampleChart[] All(string version = Version) => [Base(version), Istiod(version), Cni(version), Ztunnel(version), Gateway(version)];

    /// <summary>CRDs in <c>crds/</c> and in a template, a shared account, and the validator that a default revision brings.</summary>
    public static SampleChart Base(string version = Version) => Of("base", "base", version, "defaultRevision: default\nwithTemplates: true\n",
        ("crds/ovens.yaml", Crd("ovens")),
        ("templates/crds.yaml", "{{- if .Values.withTemplates }}\n" + Crd("kneaders") + "{{- end }}\n"),
        ("templates/reader.yaml", "# Only one, whatever the revision.\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: reader\n  namespace: {{ .Release.Namespace }}\n  labels: { release: {{ .Release.Name }} }\n"),
        ("templates/validator.yaml", "{{- if .Values.defaultRevision }}\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: default-validator\n{{- end }}\n"));

    /// <summary>A control plane whose names carry the revision, with a template that leaves nothing but a comment, a schema, and a value that makes it fail.</summary>
    public static SampleChart Istiod(string version = Version) => Of("istiod", "istio-control/istio-discovery", version, "revision: \"\"\nreplicas: 1\nhub: docker.io/bakery\nbroken: false\nnote: \"\"\n",
        ("values.schema.json", """{"type": "object", "properties": {"replicas": {"type": "integer"}, "revision": {"type": "string"}, "hub": {}, "broken": {}, "note": {}, "global": {}}, "additionalProperties": false}"""),
        ("templates/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: istiod{{ with .Values.revision }}-{{ . }}{{ end }}\n  namespace: {{ .Release.Namespace }}\n"),
        ("templates/deployment.yaml", """
            {{- if .Values.broken }}{{ fail "the oven is broken" }}{{ end }}
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: istiod{{ with .Values.revision }}-{{ . }}{{ end }}
              namespace: {{ .Release.Namespace }}
              labels:
                istio.io/rev: {{ .Values.revision | default "default" | quote }}
                kube: {{ .Capabilities.KubeVersion.Version | quote }}
                note: {{ .Values.note | quote }}
            spec:
              replicas: {{ .Values.replicas }}
              template:
                spec:
                  containers:
                    - { name: discovery, image: "{{ .Values.hub }}/pilot:{{ .Chart.AppVersion }}" }

            """),
        ("templates/nothing.yaml", "# A comment, and nothing else\n{{- if .Values.never }}\nkind: Never\n{{- end }}\n"));

    public static SampleChart Cni(string version = Version) => Of("cni", "istio-cni", version, "revision: \"\"\n", ("templates/daemonset.yaml", DaemonSet("istio-cni-node")));

    public static SampleChart Ztunnel(string version = Version) => Of("ztunnel", "ztunnel", version, "revision: \"\"\n", ("templates/daemonset.yaml", DaemonSet("ztunnel")));

    public static SampleChart Gateway(string version = Version) => Of("gateway", "gateway", version, "revision: \"\"\nport: 80\n",
        ("templates/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\nspec:\n  template:\n    metadata:\n      labels: { istio.io/rev: {{ .Values.revision | default \"default\" | quote }} }\n"),
        ("templates/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\nspec:\n  ports: [{ port: {{ .Values.port }} }]\n"));

    /// <summary>The same chart with a file added or replaced.</summary>
    public SampleChart With(string path, string text) => this with { Files = new SortedDictionary<string, string>(Files, StringComparer.Ordinal) { [path] = text } };

    /// <summary>The chart in a folder of its own.</summary>
    public void Unpack(TempFolder folder, string path)
    {
        foreach (var (file, text) in Files) folder.Write($"{path}/{file}", text);
    }

    /// <summary>The archive, as <c>helm package</c> makes it; always the same bytes.</summary>
    public byte[] Archive() => Tar(Files.Select(file => File($"{Name}/{file.Key}", file.Value)));

    public static TarEntry File(string name, string text) => new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), ModificationTime = DateTimeOffset.UnixEpoch };

    public static byte[] Tar(params IEnumerable<TarEntry> entries)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new TarWriter(gzip))
            foreach (var entry in entries) writer.WriteEntry(entry);
        return archive.ToArray();
    }

    private static SampleChart Of(string name, string folder, string version, string values, params (string Path, string Text)[] files)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Chart.yaml"] = $"apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: {version}\n",
            ["values.yaml"] = values,
        };
        foreach (var (path, text) in files) all[path] = text;
        return new SampleChart(name, folder, all);
    }

    private static string Crd(string plural) => $"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {plural}.bakery.example.com\n";

    private static string DaemonSet(string name) =>
        $"apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: {name}\n  namespace: {{{{ .Release.Namespace }}}}\n  labels: {{ istio.io/rev: {{{{ .Values.revision | default \"default\" | quote }}}} }}\n";
}
