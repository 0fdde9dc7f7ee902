"""The codes by which RAM knows services.

From the RAM documentation's list of services that work with RAM, the policies it publishes and the Terraform provider. A code
that is missing here only earns a note.
"""

from __future__ import annotations

SERVICE_CODES: frozenset[str] = frozenset(
    """
    acc accessanalyzer ack acms acr actiontrail adb adblake adcp aegis afs agentloop agentrun ahas
    aidge aigen airec airticketopen aiworkspace alb alidns aligreen alikafka alimt aliyuncvc amqp
    amqp-open antiddos antiddos-public antiddosbag apds apig apigateway appflow appstream aps arms
    artgallery avatar avds baas bailian bastionhost batchcompute beebot beian bpstudio bss bssapi
    cas cassandra cbn cbs ccc cdn cdrs cen ciam clickhouse cloudap cloudapi cloudauth
    cloudcallcenter cloudcode clouddesktop clouddisk cloudesl cloudfirewall cloudfw cloudgame
    cloudgw cloudmonitor cloudphoto cloudpush cloudsso cloudwf cms codeup composer computenest
    computenestsupplier config cps cr cs csas csb das datahub dataphin dataq datav dataworks dbfs
    dbs dcdn ddi ddos ddosbgp ddoscoo ddosdip dds demo devops devs dfs dg dhs dide dlf dlfnext dm
    dms dnswalker docmind-api domain drds drs dts dybaseapi dypls dysms e-mapreduce eais eas eb ebs
    ecd eci ecs ecs-workbench edas edsuser eflo efs ehpc eiam eipanycast elasticsearch emas emasha
    emr emr-serverless-spark emrserverless ens es esa ess eventbridge expressconnect
    expressconnectrouter fc flink fnf ga gcs gdb geoip global governance gpdb green gtm gws h2o
    hbase hbr hcs-sgw hdr hitsdb hologram httpdns iacservice ice idaas idrs iis imageaudit imm imp
    ims imsg iot iotcc ip ipam itaas ivpd jaq kafka kms kvstore lab lindorm linkedmall linkvisual
    linkwan live live-interaction log lto luban market marketplace mas maxcompute mdp mns
    mobiletesting modelstudio mpaas mq mqs mse mts multimediaai nas nat nlb nlp nls oas oceanbase
    oceanbasepro ocr ocs odps onas ons ons-mqtt onsmqtt oos openanalytics opensearch oss oss-ddos
    ots pai paiabtest paicodesource paidataset paidlc paidsw paieas paifeaturestore paiflow paiimage
    paillmtrace paimodel paiplugin paisdlc paiworkspace parametercenter pcdn petadata polardb
    polardbx porn privatelink privatezone pts pvtz qualitycheck quickbi quotas r-kvstore ram rasr
    rdc rds rdsai realtimecompute reid resourcecenter resourcemanager resourcesharing retailcloud
    rocketmq ros rtc ryc sae saf safconsole sag sas scdn schedulerx schedulerx2 sddp sds
    searchengine selectdb servicecatalog servicemesh sgw slb sls smartag smc smq sms snsu sppc sr
    stack stream streamcompute sts support swas swas-open swasopen sysom tag tair tdsr teambition
    threadedit tingwu tr trademark uem unimkt vbr vcs verificationcode visionai vms vod
    voicenavigator vpc vpcpeer vpcsc vpn vs waf wafv3 webplus workbench wss wuyingai xtrace yike
    yunba yundun yundun-aegis yundun-antibot yundun-antiddosbag yundun-bastionhost yundun-cert
    yundun-cloudfirewall yundun-dbaudit yundun-ddosbgp yundun-ddoscoo yundun-greenweb yundun-high
    yundun-hsm yundun-sas yundun-sddp yundun-soc yundun-waf
    """.split()  # noqa: SIM905  # a list of 300 quoted words is no better to read
)

FOREIGN_CODES: dict[str, str] = {
    "ims": 'it is the code of Identity Management Service; Intelligent Media Service is "ice".',
    "iam": 'it is a service of AWS; identities are "ram" here.',
    "s3": 'it is a service of AWS; object storage is "oss" here.',
    "ec2": 'it is a service of AWS; servers are "ecs" here.',
    "lambda": 'it is a service of AWS; functions are "fc" here.',
    "dynamodb": 'it is a service of AWS; Tablestore is "ots" here.',
    "cloudwatch": 'it is a service of AWS; CloudMonitor is "cms" here.',
}
"""Codes that are taken for another: what they are, and what is meant."""
