"""Sentences as chat models write them, each with a passage of the cheat sheet and what it says.

A passage is named by words that stand in it alone. Of every passage there are sentences that it
supports, mostly in other words, and sentences that it does not; the kind says what is wrong.
Every second passage is held out: the rule was chosen on the others.
"""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    passage: str
    sentence: str
    kind: str  # "" where the passage supports the sentence

    @property
    def supported(self) -> bool:
        return not self.kind


_PAIRS = {
    "VAEs transform input data": [
        ("Variational autoencoders combine autoencoders with probabilistic approaches.", ""),
        ("They compress the input data into a latent space and sample new data from it.", ""),
        ("VAEs are used to generate images, compress data and detect anomalies.", ""),
        ("VAEs compress data into a latent space and are used in drug discovery.", ""),
        ("VAEs merge the input data into a probabilistic image.", "swap"),
        ("VAEs were introduced by Kingma and Welling.", "name"),
        ("A VAE always consists of 12 hidden layers.", "figure"),
        (
            "VAEs train a discriminator against a generator until both reach an equilibrium.",
            "other",
        ),
    ],
    "Converts input sequences into a format suitable": [
        ("Each token is transformed into a vector that encodes semantic information.", ""),
        ("The input sequence is first split into tokens, such as individual words.", ""),
        ("The embedding has 768 dimensions.", "figure"),
        ("Positional encodings are added so that the model knows the order of tokens.", "other"),
        ("Byte pair encoding by Sennrich splits the input into tokens.", "name"),
    ],
    "trained on over 175 billion parameters using 45": [
        ("GPT-3 was trained with 45 terabytes of data from web texts, books and Wikipedia.", ""),
        ("GPT-3 has over 175 billion parameters.", ""),
        ("GPT-3 refines its output through reinforcement learning with human feedback.", ""),
        ("GPT-3 was trained on 45 terabytes of data and refined with human feedback.", ""),
        ("GPT-3 was fine-tuned on Wikipedia with 45 terabytes of examples.", "swap"),
        ("GPT-3 was trained on 570 gigabytes of data.", "figure"),
        ("GPT-3 was trained on 175 million parameters.", "figure"),
        ("GPT-3 was developed by OpenAI in San Francisco.", "name"),
        ("GPT models cannot be fine-tuned for particular tasks.", "negation"),
    ],
    "Fine-tuning saves time and computational": [
        ("Fine-tuning saves time because the model was already trained on a large dataset.", ""),
        ("With fine-tuning an accurate model can be developed from a smaller dataset.", ""),
        ("Fine-tuning is usually carried out with a learning rate near 0.00005.", "figure"),
        ("Freezing the lower layers prevents catastrophic forgetting.", "other"),
        ("Transformers such as BERT, LLaMA and T5 are pre-trained on text.", "name"),
    ],
    "Traditionally, ML models employ one-hot": [
        ("Embeddings turn raw data into continuous numerical values.", ""),
        ("One-hot encoding maps categorical data into a binary format.", ""),
        ("Embedding models compress information into dense, multi-dimensional formats.", ""),
        ("Embeddings are compared by cosine similarity or by the Euclidean distance.", "name"),
        ("One-hot encoding does not map categorical data into a binary format.", "negation"),
        ("Word embeddings are learned by predicting neighbouring words in a window.", "other"),
    ],
    "percentage of inaccurate predictions is represented": [
        ("Correct predictions lie on the diagonal from the upper left to the lower right.", ""),
        ("The matrix shows the number and percentage of correct and incorrect predictions.", ""),
        ("A good model has at least 90% of its predictions on the diagonal.", "figure"),
        ("Precision divides the true positives by all predicted positives.", "other"),
    ],
    "Determines how many times the algorithm passes": [
        ("The default maximum model size is 100 MB.", ""),
        ("By default the algorithm makes 10 passes over the data, and up to 100.", ""),
        ("L1 regularization reduces the features by pushing small weights to zero.", ""),
        ("L2 regularization is the default.", ""),
        ("More passes may improve the quality but increase training time and cost.", ""),
        ("The model size defaults to 100 MB and the passes over the data to 10.", ""),
        ("L1 reduces features, while L2 reduces weight values.", ""),
        ("L1 regularization is the default.", "swap"),
        ("L2 regularization reduces features by pushing small weights to zero.", "swap"),
        ("The default maximum model size is 10 MB.", "swap"),
        ("The default maximum model size is 200 MB.", "figure"),
        ("By default the algorithm makes 50 passes over the data.", "figure"),
        ("Dropout disables random neurons in each step of the training.", "other"),
        ("Shuffling is performed by the Fisher-Yates algorithm.", "name"),
        ("Larger models do not cost more.", "negation"),
    ],
    "Use Amazon Mechanical Turk for scalable": [
        ("For crowdsourced annotation you can use Amazon Mechanical Turk.", ""),
        ("A vendor can be chosen from AWS Marketplace for specialized annotation.", ""),
        ("Your own team can do annotation tasks confidentially with SageMaker tools.", ""),
        ("Labels can come from your own team, a vendor, or Amazon Mechanical Turk.", ""),
        ("Amazon Mechanical Turk is the choice for confidential annotation.", "swap"),
        ("Workers on Mechanical Turk earn $0.08 per label.", "figure"),
        ("Annotators from Scale AI can be hired through the marketplace.", "name"),
        ("Two annotators label each object and a third one settles disagreements.", "other"),
    ],
    "Amazon SageMaker Pipelines is a serverless workflow": [
        ("SageMaker Pipelines is a serverless service that orchestrates ML workflows.", ""),
        ("Amazon SageMaker makes the deployment of machine learning models simpler.", ""),
        ("SageMaker Pipelines is built on Kubernetes.", "name"),
        ("SageMaker Pipelines costs 0.20 dollars per hour.", "figure"),
        ("Blue-green deployments shift the traffic gradually to the new version.", "other"),
    ],
    "These are scripts that execute during the initialization": [
        ("Bootstrap actions are scripts that run while the EMR cluster is initialized.", ""),
        ("With custom AMIs you can include your chosen tools and libraries.", ""),
        ("Bootstrap actions install extra software, custom AMIs include your chosen tools.", ""),
        ("Custom AMIs are scripts that run while the EMR cluster is initialized.", "swap"),
        ("Bootstrap actions must finish within 60 minutes.", "figure"),
        ("Bootstrap actions are written in Bash or Perl.", "name"),
        ("Spot instances cut the price of the task nodes.", "other"),
    ],
    "Available in Data Catalog but not in ETL jobs": [
        ("ETL jobs offer auto-scaling and support dynamic rules.", ""),
        ("Rule recommendations are not available in ETL jobs.", ""),
        ("Anomaly detection is only available for ETL jobs.", ""),
        ("ETL jobs have auto-scaling but no rule recommendations.", ""),
        ("The Data Catalog offers auto-scaling and dynamic rules.", "swap"),
        ("Its rules are based on Deequ.", "name"),
        ("Anomaly detection needs at least 3 runs of a job.", "figure"),
        ("ETL jobs do not offer auto-scaling.", "negation"),
    ],
    "Supports multiple EC2 instances accessing the same file": [
        ("Amazon EFS scales automatically as the dataset grows.", ""),
        ("Several EC2 instances can access the same file system concurrently.", ""),
        ("EFS is ideal for sharing datasets and model artifacts.", ""),
        ("EFS scales automatically and is shared by several EC2 instances.", ""),
        ("EFS stores at most 16 TB.", "figure"),
        ("EFS is built on Lustre.", "name"),
        ("Infrequently read files move to a cheaper tier after a month.", "other"),
    ],
    "EC2 G5g": [
        ("EC2 G4 has up to 4 NVIDIA T4 GPUs and a bandwidth of 25 Gbps.", ""),
        ("EC2 G5g uses AWS Graviton2 processors.", ""),
        ("EC2 Inf2 offers up to 16 AWS Inferentia chips.", ""),
        ("EC2 G5 has up to 16 NVIDIA A10G GPUs.", "swap"),
        ("EC2 G4 has a bandwidth of 400 Gbps.", "figure"),
        ("EC2 G6 uses AMD Instinct processors.", "name"),
        ("EC2 G6 has a networking bandwidth of 25 Gbps.", "swap"),
    ],
    "preventing identity spoofing beyond traditional": [
        ("Rekognition's face liveness detection prevents identity spoofing.", ""),
        ("It can find people quickly across your visual content by face search.", ""),
        ("Amazon Rekognition is HIPAA eligible, so it suits healthcare applications.", ""),
        ("Rekognition finds people in videos and detects inappropriate content.", ""),
        ("Rekognition recognises faces with an accuracy of 99.9%.", "figure"),
        ("Rekognition is certified for FedRAMP workloads.", "name"),
        ("Custom labels can be trained with a handful of example pictures.", "other"),
    ],
    "SageMaker Model Monitor automatically monitors deployed": [
        ("Model Monitor alerts teams when the accuracy of a deployed model drifts.", ""),
        ("CloudWatch and X-Ray can log model predictions and track metrics.", ""),
        ("Model Monitor checks every endpoint once in 24 hours.", "figure"),
        ("Grafana dashboards show the drift of the deployed models.", "name"),
        ("A baseline is computed from the training data before deployment.", "other"),
        ("CloudWatch automatically monitors deployed models for performance drift.", "swap"),
    ],
    "AWS CloudTrail logs all API calls made": [
        ("CloudTrail logs all API calls made in the AWS environment.", ""),
        ("With AWS Lambda, re-training can be started automatically when data drifts.", ""),
        ("You can see who initiated the re-training and which resources were used.", ""),
        ("CloudTrail logs API calls, and AWS Lambda can start the re-training.", ""),
        ("AWS Lambda logs all API calls made in the AWS environment.", "swap"),
        ("CloudTrail keeps its logs for 90 days.", "figure"),
        ("CloudTrail sends its logs to Splunk.", "name"),
        ("CloudTrail does not log API calls.", "negation"),
    ],
    "Role Manager is a feature in Amazon SageMaker": [
        ("SageMaker Role Manager helps to create and manage IAM roles.", ""),
        ("It makes it simpler to assign permissions to SageMaker jobs and endpoints.", ""),
        ("Role Manager allows at most 5 roles per account.", "figure"),
        ("Role Manager synchronises roles with Active Directory.", "name"),
        ("Multi-factor authentication is enforced for every administrator.", "other"),
    ],
}

PAIRS = [[Pair(passage, *pair) for pair in pairs] for passage, pairs in _PAIRS.items() if pairs]
CHOSEN_ON = [pair for pairs in PAIRS[::2] for pair in pairs]
HELD_OUT = [pair for pairs in PAIRS[1::2] for pair in pairs]
